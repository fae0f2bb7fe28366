"""The catalogue of diagnostics: every code the tool can print, as data.

Hundreds are stages: 00 reading and lexing, 01 syntax, 02 types and units, 03 names, 04 schema, 05 physics and
scorecard, 06 budget and resources, 07 plans, edits, arguments and output files, 08 running, 10 what a scan of the data
files decides, 11 options of MACE itself. A code is never reused and never renumbered.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from mlipilot.spec.one_line import in_a_line


class Severity(StrEnum):
    """How bad it is."""

    ERROR = "error"
    WARNING = "warning"


class Entry(NamedTuple):
    """What the catalogue knows of a code."""

    name: str
    meaning: str
    severity: Severity = Severity.ERROR
    of_design: bool = False
    """Of a job that fails: whether it says that its design is no good, which diverged or measures nothing finite."""

    def __repr__(self) -> str:
        return in_a_line("Entry", f"{self.severity} {self.name}:", self.meaning)


CATALOGUE: dict[str, Entry] = {
    # 00: reading and lexing
    "MLP0001": Entry("unreadable-file", "the file cannot be read as a spec"),
    "MLP0002": Entry("empty-file", "the file has no statement"),
    "MLP0003": Entry("line-too-long", "a line is longer than a spec may have"),
    "MLP0004": Entry("unexpected-character", "a character begins no word, number or operator"),
    "MLP0005": Entry("unterminated-string", "a string has no closing quote"),
    "MLP0006": Entry("invalid-escape", "a string has an unknown escape"),
    "MLP0007": Entry("nesting-too-deep", "brackets are nested deeper than a spec needs"),
    # 01: syntax
    "MLP0101": Entry("unexpected-token", "a statement does not have the shape of one"),
    "MLP0102": Entry("unclosed-bracket", "a bracket is never closed"),
    "MLP0103": Entry("unmatched-bracket", "a closing bracket has no opener"),
    "MLP0104": Entry("missing-equals", "a field has no `=` between name and value"),
    "MLP0105": Entry("missing-blank", "a unit touches its number"),
    "MLP0106": Entry("missing-because", "a `require` gives no reason"),
    "MLP0107": Entry("missing-edition", "the file does not begin with `edition`"),
    "MLP0108": Entry("unknown-edition", "this version does not know the edition"),
    # 02: types and units
    "MLP0201": Entry("wrong-type", "a value has another type than its field"),
    "MLP0202": Entry("unknown-unit", "a unit word is not a unit"),
    "MLP0203": Entry("wrong-dimension", "a quantity measures something else than its field"),
    "MLP0204": Entry("missing-unit", "a dimensional number has no unit"),
    "MLP0205": Entry("out-of-range", "a number lies outside the values its field can have"),
    "MLP0206": Entry("unknown-choice", "a word is none of the values its field can have"),
    "MLP0207": Entry("unknown-element", "a word is no chemical element"),
    "MLP0208": Entry("empty-range", "a range ends before it begins"),
    "MLP0209": Entry("wrong-arguments", "a call has missing, unknown or repeated arguments"),
    # 03: names
    "MLP0301": Entry("unknown-name", "a reference names no block"),
    "MLP0302": Entry("wrong-kind", "a reference names a block of another kind"),
    "MLP0303": Entry("duplicate-name", "two blocks have one name"),
    "MLP0304": Entry("unknown-member", "a reference names a part that the block does not have"),
    "MLP0305": Entry("unknown-metric", "a rule names no metric"),
    "MLP0306": Entry("file-not-found", "a data file does not exist or cannot be read"),
    "MLP0307": Entry("import-circle", "a file imports itself, perhaps through others"),
    "MLP0308": Entry("import-unreadable", "an imported file cannot be read"),
    "MLP0310": Entry("unused-import", "nothing of an imported file is used", Severity.WARNING),
    "MLP0311": Entry("look-alike-name", "a name has letters that only look like those of another alphabet"),
    # 04: schema
    "MLP0401": Entry("unknown-block", "a block's kind is unknown"),
    "MLP0402": Entry("unknown-tag", "a block's tag is unknown"),
    "MLP0403": Entry("unknown-field", "a block has no such field"),
    "MLP0404": Entry("missing-field", "a block lacks a field that it needs"),
    "MLP0405": Entry("duplicate-field", "a field is given twice"),
    "MLP0406": Entry("misplaced-statement", "a statement does not belong where it stands"),
    "MLP0407": Entry("duplicate-block", "a block that may stand once stands twice"),
    "MLP0410": Entry("checked-not-run", "a block that this version checks and does not run", Severity.WARNING),
    "MLP0411": Entry("unknown-path", "a path of a search names no field"),
    "MLP0412": Entry("path-out-of-reach", "a search may not change what a path names"),
    "MLP0413": Entry("invalid-domain", "a domain of a search has no values, or none of the field's type"),
    "MLP0414": Entry("baseline-outside-space", "the spec's own values are no point of its search"),
    "MLP0415": Entry("invalid-condition", "a condition of a search is neither true nor false"),
    "MLP0416": Entry("empty-space", "no point of a search satisfies its requirements"),
    "MLP0417": Entry("scarce-space", "few points of a search satisfy its requirements", Severity.WARNING),
    "MLP0418": Entry("value-never-valid", "a value of a domain gives a spec that does not check", Severity.WARNING),
    "MLP0419": Entry("circular-conditions", "conditions of a search wait for each other"),
    "MLP0420": Entry("loosened-rule", "a refined scorecard is looser than its base"),
    "MLP0421": Entry("wrong-refinement", "a block refines what it cannot"),
    "MLP0422": Entry("pilot-without-search", "a pilot has nothing that it may change"),
    "MLP0423": Entry("pilot-without-scorecard", "nothing judges what a pilot changes"),
    "MLP0424": Entry("several-objectives", "the scorecard of a campaign minimises more than one metric"),
    "MLP0425": Entry("repeated-arm", "a control is an arm of the campaign already", Severity.WARNING),
    "MLP0426": Entry("replicates-alike", "replicates of a proposer propose the same", Severity.WARNING),
    "MLP0427": Entry("unlimited-tokens", "a language model may use any number of tokens", Severity.WARNING),
    "MLP0428": Entry("endless-campaign", "no budget ends a campaign"),
    "MLP0429": Entry("outside-campaign", "a training or a draw takes no part in the campaign", Severity.WARNING),
    "MLP0430": Entry("unpriced-model", "money is limited, and a language model has no prices"),
    "MLP0431": Entry("single-value-domain", "a domain of a search has one value", Severity.WARNING),
    "MLP0432": Entry("nothing-sealed", "a campaign has no frames that are kept to its end", Severity.WARNING),
    # 05: physics and scorecard
    "MLP0501": Entry("cutoff-below-neighbours", "the model's cutoff is shorter than the nearest-neighbour distance"),
    "MLP0502": Entry("max-ell-below-max-l", "the model's spherical harmonics do not reach its hidden features"),
    "MLP0503": Entry("split-does-not-add-up", "the splits do not sum to the trajectories"),
    "MLP0504": Entry("nothing-trained", "every stage of a training is disabled"),
    "MLP0505": Entry("unprovable-constraint", "no outcome of the declared size could pass a constraint"),
    "MLP0506": Entry("unmeasurable-metric", "a metric does not apply to its argument"),
    "MLP0507": Entry("wrong-potential", "a scorecard judges another training than the one a run used"),
    "MLP0508": Entry("duration-too-short", "a trajectory is too short for what is measured on it"),
    "MLP0509": Entry("wrong-direction", "a rule bounds a metric on the side where it is good"),
    "MLP0510": Entry("zero-loss", "a loss has no weight at all"),
    "MLP0511": Entry("missing-label", "a loss or metric needs a label that the data set does not carry"),
    "MLP0512": Entry("batch-exceeds-data", "a batch is larger than the training set"),
    "MLP0513": Entry(
        "unprovable-preference", "no outcome of the declared size could pass a preference", Severity.WARNING
    ),
    "MLP0514": Entry("schedule-dies", "a learning rate falls to nothing within its stage", Severity.WARNING),
    "MLP0515": Entry("schedule-never-acts", "a scheduler or early stop waits longer than its stage", Severity.WARNING),
    "MLP0516": Entry("untrained-label", "a label is judged or named, and no loss weighs it", Severity.WARNING),
    "MLP0517": Entry("timestep-too-long", "a timestep is long for the lightest atom", Severity.WARNING),
    "MLP0518": Entry("many-neighbours", "a cutoff holds more neighbours than MACE is made for", Severity.WARNING),
    "MLP0519": Entry("redundant-rule", "a rule is implied by another", Severity.WARNING),
    "MLP0520": Entry("large-learning-rate", "a learning rate is beyond what trains", Severity.WARNING),
    "MLP0521": Entry("cell-below-cutoff", "a run's cell is so small that atoms meet their images", Severity.WARNING),
    "MLP0522": Entry(
        "implausible-value", "a number is one that its field can have, and hardly means", Severity.WARNING
    ),
    "MLP0523": Entry("rounded-value", "a time is no whole number of steps, and is rounded", Severity.WARNING),
    "MLP0524": Entry("implausible-lattice", "a lattice constant is none that the element has", Severity.WARNING),
    "MLP0525": Entry("few-trajectories", "a split has so few trajectories that it says little", Severity.WARNING),
    "MLP0526": Entry("unused-block", "nothing reads a block", Severity.WARNING),
    "MLP0527": Entry("hotter-than-data", "a run is hotter than all frames of its potential", Severity.WARNING),
    "MLP0528": Entry("implausible-atom-energy", "an isolated atom has an energy that it cannot have", Severity.WARNING),
    # 06: budget and resources
    "MLP0601": Entry("budget-exceeded-by-estimate", "the estimate exceeds the budget", Severity.WARNING),
    "MLP0602": Entry(
        "budget-too-small-for-campaign", "the estimate leaves an arm of a campaign no trial", Severity.WARNING
    ),
    "MLP0603": Entry("underpowered", "a campaign cannot find the gain that it is to detect"),
    "MLP0604": Entry(
        "underpowered-by-estimate", "so many trials fit that the gain to be detected is missed", Severity.WARNING
    ),
    # 07: plans, edits, arguments, output files
    "MLP0701": Entry("nothing-to-run", "the spec declares nothing that could run"),
    "MLP0702": Entry("invalid-plan", "a plan file is damaged, altered or of another format"),
    "MLP0703": Entry("inputs-drifted", "an input changed since the plan was compiled"),
    "MLP0704": Entry("cannot-write", "an output file cannot be written"),
    "MLP0711": Entry("edit-out-of-reach", "an edit names a path that the search does not declare"),
    "MLP0712": Entry("edit-outside-domain", "an edit's value is not in the domain of its path"),
    "MLP0713": Entry("edit-without-effect", "an edit's path is not drawn, because its condition does not hold"),
    "MLP0714": Entry("invalid-edit", "an edit does not have the shape of one"),
    "MLP0715": Entry("wrong-argument", "a function of the Python interface was given what it cannot take"),
    # 08: running
    "MLP0801": Entry("backend-missing", "a package that jobs need is not installed"),
    "MLP0802": Entry("already-running", "another process executes this plan"),
    "MLP0803": Entry("job-crashed", "a job ended without an answer"),
    "MLP0804": Entry("upstream-failed", "a job was not run because one that it needs failed"),
    "MLP0805": Entry("budget-spent", "the budget is spent"),
    "MLP0806": Entry("store-damaged", "a published result is damaged"),
    "MLP0807": Entry("journal-damaged", "a journal entry does not match its hash"),
    "MLP0808": Entry("no-run", "there is no run to speak of"),
    "MLP0810": Entry("non-finite-training", "a loss, gradient or parameter became non-finite", of_design=True),
    "MLP0811": Entry("missing-label-in-data", "a frame lacks a label, or the label is not finite"),
    "MLP0812": Entry("no-neighbours", "an atom has no neighbour within the model's cutoff", of_design=True),
    "MLP0813": Entry("element-not-trained", "a split has an element that the training set lacks", of_design=True),
    "MLP0814": Entry("unreadable-data", "a data file cannot be read, or changed since it was compiled"),
    "MLP0815": Entry("non-finite-metric", "a measured quantity is not finite", of_design=True),
    "MLP0816": Entry("unreadable-model", "a model file cannot be loaded", of_design=True),
    "MLP0817": Entry("device-missing", "the device is not available"),
    "MLP0818": Entry("no-minimum", "an energy-volume curve has no minimum within its volumes", of_design=True),
    "MLP0819": Entry("place-refused", "a workspace cannot be written: it is full, read-only or somebody else's"),
    "MLP0821": Entry("probe-crashed", "the dry run of a training ended without an answer"),
    "MLP0822": Entry("probe-too-slow", "the dry run of a training was ended after a minute", Severity.WARNING),
    "MLP0823": Entry("too-little-memory", "a job needs more memory than its device has", of_design=True),
    "MLP0824": Entry("device-not-here", "the device of a plan is not on this machine", Severity.WARNING),
    # 09: campaigns
    "MLP0901": Entry("baseline-unmeasured", "the baseline of a campaign could not be measured"),
    "MLP0902": Entry("record-diverged", "going through a campaign's record again gave another decision"),
    "MLP0903": Entry("proposer-unusable", "a proposer of a campaign cannot be set up"),
    "MLP0904": Entry("no-open-campaign", "there is no campaign that goes on"),
    "MLP0905": Entry("unknown-trial", "a campaign has no such arm, or its trial is decided"),
    "MLP0910": Entry("record-unreadable", "a campaign's record cannot be read"),
    "MLP0911": Entry("pin-differs", "a file of a campaign is not the one that its record pins"),
    "MLP0912": Entry("edit-outside-search", "a recorded edit lies outside the search of its campaign"),
    "MLP0913": Entry("figure-differs", "a recorded figure is not what its artifacts say"),
    "MLP0914": Entry("seconds-differ", "recorded device seconds do not add up"),
    "MLP0915": Entry("verdict-differs", "a run's verdict is not what its artifacts say"),
    "MLP0916": Entry("threshold-unusable", "a threshold to decide by again cannot be used"),
    "MLP0917": Entry("replay-differs", "a campaign that was run again gave another record"),
    "MLP0918": Entry("archive-refused", "a committed record cannot be made"),
    "MLP0920": Entry("model-unusable", "a language model cannot be asked"),
    "MLP0921": Entry("model-unreliable", "a language model seldom proposes an edit as it is asked to"),
    # 10: data
    "MLP1001": Entry("broken-frame", "a frame of a data file cannot be read"),
    "MLP1002": Entry("no-frames", "a data file or a split has no frame"),
    "MLP1003": Entry("unknown-label-key", "no frame has a label under the declared key"),
    "MLP1004": Entry("partly-labelled", "some frames lack a label that others have"),
    "MLP1005": Entry("partly-masked-label", "a label is left out of the loss for some frames", Severity.WARNING),
    "MLP1006": Entry("non-finite-label", "a label is infinite or no number"),
    "MLP1007": Entry("malformed-label", "a label has the wrong type or shape"),
    "MLP1008": Entry("untrained-element", "a split has an element that no training frame has"),
    "MLP1009": Entry("misspelt-header-key", "a header key is nearly one that means something", Severity.WARNING),
    "MLP1011": Entry("repeated-file", "one file is named twice"),
    "MLP1012": Entry("leaked-frame", "a frame is in two splits"),
    "MLP1013": Entry("near-copy", "a frame is nearly one of another split", Severity.WARNING),
    "MLP1014": Entry("split-trajectory", "frames of one trajectory are in two splits", Severity.WARNING),
    "MLP1015": Entry("contradicting-labels", "one geometry has several energies", Severity.WARNING),
    "MLP1016": Entry("dealt-out-run", "frames along one run are in two splits", Severity.WARNING),
    "MLP1021": Entry("undetermined-energy", "averaged energies say nothing of a composition", Severity.WARNING),
    "MLP1022": Entry("missing-reference-energy", "an element has no reference energy"),
    "MLP1023": Entry("superfluous-reference-energy", "a reference energy is of an element that is not trained on"),
    "MLP1024": Entry("implausible-reference-energy", "reference energies have another zero", Severity.WARNING),
    "MLP1025": Entry("unmarked-isolated-atom", "a frame of one atom is not marked as one"),
    "MLP1026": Entry("different-zero", "energies of two splits have different zeros", Severity.WARNING),
    "MLP1027": Entry("touching-isolated-atom", "an isolated atom sees its own periodic image"),
    "MLP1028": Entry("contradicting-isolated-atoms", "one isolated atom has several energies"),
    "MLP1029": Entry("claimed-label", "ASE takes a label out of the frames before MACE looks for it"),
    "MLP1031": Entry("force-outlier", "a force is far larger than a structure can hold", Severity.WARNING),
    "MLP1032": Entry("energy-outlier", "an energy is far from all others", Severity.WARNING),
    "MLP1033": Entry("foreign-unit", "a label has another unit than expected, by its name or size", Severity.WARNING),
    "MLP1034": Entry("implausible-forces", "forces are too large for their unit, or all 0", Severity.WARNING),
    "MLP1035": Entry("wrong-force-sign", "forces point where the energy rises"),
    "MLP1036": Entry("implausible-stress", "stresses are too large for their unit", Severity.WARNING),
    "MLP1037": Entry("wrong-stress-sign", "stresses fall as the cell is stretched", Severity.WARNING),
    "MLP1038": Entry("inconsistent-units", "energies do not change as the forces say, but for a factor"),
    "MLP1039": Entry("not-the-free-energy", "the energy is not the one that forces belong to", Severity.WARNING),
    "MLP1041": Entry("lonely-atom", "an atom has no neighbour within the model's cutoff"),
    "MLP1042": Entry("unusual-neighbours", "atoms have very few or very many neighbours", Severity.WARNING),
    "MLP1043": Entry("overlapping-atoms", "two atoms lie on one place"),
    "MLP1044": Entry("stress-without-cell", "a stress is used with frames that have no volume"),
    "MLP1045": Entry("batch-exceeds-frames", "a batch is larger than the training set of a file"),
    "MLP1046": Entry("dropped-frames", "each epoch leaves many frames out", Severity.WARNING),
    "MLP1047": Entry("tiny-split", "a split is one frame or one trajectory", Severity.WARNING),
    "MLP1048": Entry("padded-stress", "a stress is divided by the volume of a padded cell"),
    "MLP1049": Entry(
        "far-from-origin", "frames lie so far from the origin that MACE runs out of memory", Severity.WARNING
    ),
    # 11: backend: options of the installed MACE
    "MLP1051": Entry("unusable-weight", "a weight of a frame is negative, or no number"),
    "MLP1052": Entry("nothing-weighed", "every training frame has the weight 0"),
    "MLP1053": Entry("label-without-weight", "a label has the weight 0 in every training frame", Severity.WARNING),
    "MLP1054": Entry("ignored-weight", "a loss takes no notice of a weight", Severity.WARNING),
    "MLP1055": Entry("unknown-config-type", "a weight is of a type that no training frame has", Severity.WARNING),
    "MLP1056": Entry("no-element", "an atom is of no element", Severity.WARNING),
    "MLP1057": Entry("sentinel-forces", "forces of a frame are one number in all places", Severity.WARNING),
    "MLP1058": Entry("close-pair", "two atoms lie far too close to each other", Severity.WARNING),
    "MLP1059": Entry("net-force", "forces of a frame do not add up to 0", Severity.WARNING),
    "MLP1061": Entry("fractional-coordinates", "coordinates look fractional", Severity.WARNING),
    "MLP1062": Entry(
        "frame-far-apart", "atoms of a frame are farther apart than those of all others", Severity.WARNING
    ),
    "MLP1063": Entry("force-scale", "forces of a frame have another scale than all others", Severity.WARNING),
    "MLP1101": Entry("unreadable-options", "a file holds no options of MACE, and no command that trains it"),
    "MLP1102": Entry("unknown-option", "MACE has no such option"),
    "MLP1103": Entry("repeated-option", "an option is given twice, and one of them is dropped"),
    "MLP1104": Entry("misshapen-option", "an option has a section, a list or nothing where one value is wanted"),
    "MLP1105": Entry("wrong-option-type", "a value has another type than its option"),
    "MLP1106": Entry("unknown-option-value", "a word is none of the values that its option can have"),
    "MLP1107": Entry("abbreviated-option", "an option is abbreviated", Severity.WARNING),
    "MLP1108": Entry("missing-option", "an option that MACE needs is missing"),
    "MLP1109": Entry("option-out-of-range", "a number lies where its option means nothing"),
    "MLP1110": Entry("option-without-effect", "an option does nothing as it stands", Severity.WARNING),
    "MLP1111": Entry("said-twice", "an option is given twice, with one value", Severity.WARNING),
    "MLP1112": Entry("missing-package", "a value needs a package that is not installed here", Severity.WARNING),
    "MLP1113": Entry("file-not-here", "a file that the options name is not here to be checked", Severity.WARNING),
    "MLP1114": Entry("cut-off-options", "a line of options is cut off from its training command"),
    "MLP1115": Entry("implausible-option", "a number is one that MACE takes, and hardly meant", Severity.WARNING),
    "MLP1120": Entry("max-ell-too-low", "spherical harmonics do not reach the hidden features"),
    "MLP1121": Entry("unreadable-irreps", "the text of irreps or of a list means nothing, or nothing that works"),
    "MLP1122": Entry("shift-not-computed", "a model with a shift has no mean to take it from"),
    "MLP1123": Entry("removed-model", "an option still names a model that MACE no longer builds"),
    "MLP1124": Entry("wrong-loss-for-model", "a model of dipoles does not go with the loss or error table"),
    "MLP1125": Entry("unviewable-contraction", "a contraction of one factor stops for one element", Severity.WARNING),
    "MLP1130": Entry("stage-two-changes-loss", "Stage Two does not train the loss that was chosen"),
    "MLP1131": Entry("stage-two-impossible", "a loss has no Stage Two"),
    "MLP1132": Entry("stage-two-never-runs", "training ends before Stage Two begins"),
    "MLP1133": Entry("stage-two-not-evaluated", "no epoch of Stage Two is evaluated"),
    "MLP1134": Entry("stage-two-switched-on", "Stage Two is switched off and on at once"),
    "MLP1135": Entry("stage-two-on-few-frames", "Stage Two has its default weights on few frames", Severity.WARNING),
    "MLP1136": Entry("training-thrown-away", "no epoch but the first is evaluated, so no other can be kept"),
    "MLP1137": Entry(
        "last-epochs-thrown-away", "the last epochs are not evaluated, and cannot be kept", Severity.WARNING
    ),
    "MLP1138": Entry("patience-without-effect", "early stopping does not work in this release"),
    "MLP1140": Entry("unreadable-energies", "the energies of isolated atoms have a form that MACE refuses"),
    "MLP1141": Entry("random-split-of-trajectories", "validation frames are drawn from trajectories", Severity.WARNING),
    "MLP1142": Entry("one-validation-frame", "the validation split is one frame", Severity.WARNING),
    "MLP1143": Entry("missing-stress-trained", "missing stresses are trained as zeros"),
    "MLP1144": Entry("unreadable-test-folder", "the test folder is read by code that crashes"),
    "MLP1145": Entry("atomic-numbers-lack-element", "the list of atomic numbers lacks an element of the data"),
    "MLP1146": Entry("forces-not-computed", "forces are trained, and are not computed"),
    "MLP1147": Entry("asked-but-untrained", "a label is asked for, and no stage trains it", Severity.WARNING),
    "MLP1150": Entry("restart-does-not-fit", "a checkpoint is of another architecture than the options"),
    "MLP1151": Entry("restart-finds-nothing", "no checkpoint has the name and seed of the options", Severity.WARNING),
}
