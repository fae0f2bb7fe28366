"""The campaign: arms of trials side by side, each decided by the gate, all of it in one journal."""
