"""Does everything that a deployed workshop names exist?

A policy, a variable or a property that names what is gone fails nothing until somebody needs it, so neither a deploy
nor a smoke check sees it. Here every deployed resource is read from its own service, and whatever it names is asked for
at the service that it belongs to.
"""

from workshop.rehearse.references.check import Findings, LocalAccount, dangling

__all__ = ["Findings", "LocalAccount", "dangling"]
