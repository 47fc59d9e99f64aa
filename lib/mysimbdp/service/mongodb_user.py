"""The first user of an embedded mongod, which lets nobody else in afterwards."""

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from mysimbdp.errors import KitError

ROLES = ["readWriteAnyDatabase", "dbAdminAnyDatabase", "clusterMonitor"]
UNAUTHORIZED = 13


def create_first_user(host: str, user: str, password: str, timeout_s: float) -> None:
    """Create the user, unless the database has users already (then mongod refuses, and nothing is changed).

    Raises:
        KitError: mongod does not answer within `timeout_s`.
    """
    with MongoClient[dict[str, object]](f"mongodb://{host}/", serverSelectionTimeoutMS=int(timeout_s * 1000)) as client:
        try:
            client.admin.command("createUser", user, pwd=password, roles=ROLES)
        except OperationFailure as error:
            if error.code != UNAUTHORIZED:
                raise KitError(f"The user of the embedded MongoDB could not be created: {error}.") from None
        except PyMongoError as error:
            raise KitError(f"MongoDB at {host} does not answer: {error}.") from None
