"""Labels that are computed: energy and forces of a geometry by a quantum-chemical method.

Start in `labelling`: it labels one geometry. `method` is what a label depends on, `convergence` the ladder that a
self-consistent field climbs, `spin` how many electrons are unpaired, `shelf` where labels lie: each is paid for once.
"""
