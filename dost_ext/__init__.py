"""dost: the open AI chat workbench that lives in Jupyter."""

__version__ = "0.1.0"
