"""Who of the salon writes in a talk at this moment: in Redis, for seconds; without it nobody knows."""

import time

import redis

from botbackend.lib.redis_client import redis_client
from botbackend.office.desk import Desk

TIMEOUT = 0.3
SECONDS = 7.0
_SEPARATOR = ":"


def note_writing(*, desk: Desk, dialogue_id: int) -> None:
    """Let colleagues see for some seconds that this person writes."""
    member = f"{desk.user.pk}{_SEPARATOR}{desk.name[:100]}"
    try:
        pipeline = redis_client(timeout=TIMEOUT).pipeline(transaction=False)
        pipeline.zadd(_key(dialogue_id), {member: time.time() + SECONDS})
        pipeline.expire(_key(dialogue_id), int(SECONDS) + 1)
        pipeline.execute()
    except redis.RedisError:
        return


def stop_writing(*, desk: Desk, dialogue_id: int) -> None:
    """The person has sent what they wrote."""
    try:
        redis_client(timeout=TIMEOUT).zrem(_key(dialogue_id), f"{desk.user.pk}{_SEPARATOR}{desk.name[:100]}")
    except redis.RedisError:
        return


def who_writes(*, desk: Desk, dialogue_id: int) -> list[str]:
    """Return the names of the colleagues who write, without the person themselves."""
    try:
        members = redis_client(timeout=TIMEOUT).zrangebyscore(_key(dialogue_id), time.time(), "+inf")
    except redis.RedisError:
        return []
    people = [member.decode().split(_SEPARATOR, 1) for member in members if isinstance(member, bytes)]
    return sorted(name for number, name in people if number != str(desk.user.pk))


def _key(dialogue_id: int) -> str:
    return f"office:writing:{dialogue_id}"
