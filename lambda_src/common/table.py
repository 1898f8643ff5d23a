"""The table of the page: partition key `pk`, sort key `sk`, time to live in `expires_at`. Values are text, numbers
and truth."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

Item = dict[str, Any]
KEPT_SECONDS = 7 * 24 * 3600
"""What people wrote and used stays a week, as the page tells them."""


class WebTable:
    """One DynamoDB table with plain Python values. Expired items are not there, though DynamoDB removes them later."""

    def __init__(self, dynamodb: Any, name: str, now: Callable[[], float] = time.time) -> None:
        """Keep what it works with.

        Args:
            now: seconds since 1970.
        """
        self._dynamodb = dynamodb
        self._name = name
        self.now = now

    def get(self, pk: str, sk: str) -> Item | None:
        """The item as it is now; None if there is none."""
        answer = self._dynamodb.get_item(TableName=self._name, Key=_written({"pk": pk, "sk": sk}), ConsistentRead=True)
        item = _read(answer["Item"]) if "Item" in answer else None
        return item if item and self._lives(item) else None

    def put(self, pk: str, sk: str, seconds: int, **values: Any) -> None:
        """Write an item that lives for `seconds`."""
        item = {"pk": pk, "sk": sk, "expires_at": int(self.now()) + seconds, **values}
        self._dynamodb.put_item(TableName=self._name, Item=_written(item))

    def update(self, pk: str, sk: str, change: str, condition: str | None = None, **values: Any) -> Item | None:
        """Change an item, or make it; gives what it is afterwards, None if the condition does not hold.

        Args:
            change: update expression; `:name` stands for a value, `#name` for an attribute of that name.
            condition: condition expression of the same form.
        """
        words = f"{change} {condition or ''}".replace(",", " ").replace("(", " ").replace(")", " ").split()
        request: dict[str, Any] = {
            "TableName": self._name,
            "Key": _written({"pk": pk, "sk": sk}),
            "UpdateExpression": change,
            "ReturnValues": "ALL_NEW",
        }
        names = {word: word[1:] for word in words if word.startswith("#")}
        used = {f":{name}": value for name, value in values.items()}
        request |= {"ExpressionAttributeNames": names} if names else {}
        request |= {"ExpressionAttributeValues": _written(used)} if used else {}
        request |= {"ConditionExpression": condition} if condition else {}
        try:
            return _read(self._dynamodb.update_item(**request)["Attributes"])
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return None

    def query(self, pk: str, prefix: str = "", *, newest_first: bool = False) -> Iterator[Item]:
        """The items of a partition whose sort key begins with `prefix`, in its order."""
        request: dict[str, Any] = {
            "TableName": self._name,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)" if prefix else "pk = :pk",
            "ExpressionAttributeValues": _written({":pk": pk, **({":prefix": prefix} if prefix else {})}),
            "ScanIndexForward": not newest_first,
            "ConsistentRead": True,
        }
        while True:
            answer = self._dynamodb.query(**request)
            yield from (item for item in map(_read, answer["Items"]) if self._lives(item))
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def delete(self, pk: str, sk: str) -> None:
        """Remove an item; nothing happens if there is none."""
        self._dynamodb.delete_item(TableName=self._name, Key=_written({"pk": pk, "sk": sk}))

    def _lives(self, item: Item) -> bool:
        return int(item.get("expires_at", 0)) > self.now()


def _written(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _typed(value) for name, value in item.items()}


def _typed(value: object) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"N": str(value)} if isinstance(value, int) else {"S": str(value)}


def _read(item: Mapping[str, Any]) -> Item:
    return {name: _plain(value) for name, value in item.items()}


def _plain(value: Mapping[str, Any]) -> Any:
    if "N" in value:
        return int(value["N"])
    return value["BOOL"] if "BOOL" in value else value["S"]
