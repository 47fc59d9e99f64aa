"""What an app is: a module with typed `Options` and a `build` that starts its streaming queries.

from mysimbdp.apps import AppContext, AppOptions

class Options(AppOptions):
    window_minutes: int = 60

def build(context: AppContext[Options]) -> list[StreamingQuery]:
    ...
"""

from mysimbdp.apps.contract import AppContext, AppOptions

__all__ = ["AppContext", "AppOptions"]
