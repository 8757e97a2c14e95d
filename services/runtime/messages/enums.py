"""Enums of the contract and of the model: the same members by name, or named as exceptions."""

from collections.abc import Collection
from enum import Enum
from typing import Any, Generic, TypeAlias, TypeVar

from services.runtime.messages.mismatch import Misfit, refuse

E = TypeVar("E", bound=Enum)
_UNSPECIFIED = "UNSPECIFIED"
# The typing stubs name two unrelated classes for each kind of descriptor; neither fits everywhere.
EnumType: TypeAlias = Any


def enum_prefix(enum: EnumType) -> str:
    """What the names of an enum's values start with, such as `COLOUR_`."""
    zero: str = enum.values_by_number[0].name
    return zero.removesuffix(_UNSPECIFIED)


def numbers(enum: EnumType, kind: type[E], apart: Collection[str] = ()) -> dict[E, int]:
    """The number of each member; Misfit when one side has a name that the other lacks.

    The unspecified value needs no member. `apart` are names that one side may lack.
    """
    prefix = enum_prefix(enum)
    members = kind.__members__
    values = {value.name.removeprefix(prefix): value.number for value in enum.values}
    if _UNSPECIFIED not in members:
        del values[_UNSPECIFIED]
    if lacking := sorted(values.keys() - members.keys() - set(apart)):
        raise Misfit(
            f"{kind.__qualname__} lacks {', '.join(lacking)} of {enum.full_name}: add it to the class, or say apart"
        )
    if unknown := sorted(members.keys() - values.keys() - set(apart)):
        raise Misfit(
            f"{enum.full_name} lacks {', '.join(unknown)} of {kind.__qualname__}: add {prefix}{unknown[0]} to the "
            "contract, or take it out of the class, or say apart"
        )
    return {member: values[name] for name, member in members.items() if name in values}


class Members(Generic[E]):
    """The members of a class and the values of a proto enum, equal by name; `apart` are names that one side lacks."""

    def __init__(self, kind: type[E], enum: EnumType, apart: Collection[str] = ()) -> None:
        found: dict[E, int] = {}
        misfits = []
        try:
            found = numbers(enum.DESCRIPTOR, kind, apart)
        except Misfit as misfit:
            misfits.append(misfit)
        refuse(f"Members({kind.__qualname__}, {enum.DESCRIPTOR.full_name})", misfits)
        self._numbers, self._members = found, {number: member for member, number in found.items()}

    def number(self, member: E) -> int:
        """The number of a member."""
        return self._numbers[member]

    def member(self, number: int) -> E:
        """The member of a number; KeyError for the unspecified one, which the contract's rules refuse."""
        return self._members[number]

    def get(self, number: int) -> E | None:
        """The member of a number, None when it is unspecified."""
        return self._members[number] if number else None
