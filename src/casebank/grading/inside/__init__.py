"""Everything that runs inside the sandbox; it imports only the standard library and `check`.

Two kinds of process are in here. The *zygote* (:mod:`.zygote`) forks a kernel for each submission
into a cage of its own (:mod:`.cage`). The *judge* (:mod:`.judge`) runs the tests a second time in a
process that no submission's code has ever entered::

    zygote ── J0 (set-up cells, once) ── J (tests of one submission)
       │                                 │  one socket, JSON only (wire, codec, proxies, errors)
       └── cage ── K (kernel) ────────── F (player: a fork of K for each group of tests)

J asks F for the submission's names. Plain data come as data of exact types, all else as stand-ins
that can be asked but not believed (:mod:`.link`).
"""
