"""`python -m dost_ext` is `dost`."""

from dost_ext.cli import main

main()
