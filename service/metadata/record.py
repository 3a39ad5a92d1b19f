"""Frozen values that cost little to define, to make and to hold.

>>> class Size(Record):
...     width: int
...     height: int = 1
>>> Size(3), Size(3) == Size(3, 1)
(Size(width=3, height=1), True)

A `Record` behaves as `dataclass(frozen=True, slots=True)` makes a class behave, and is one for
`dataclasses.fields`, `replace` and `is_dataclass`. What differs is when the work is done: a
dataclass compiles its methods where it is defined, a record its `__init__` when the first value is
made, so that a program which reads one JPEG does not pay for the words of fifteen formats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, dataclass_transform

if TYPE_CHECKING:
    from dataclasses import Field


@dataclass_transform(frozen_default=True)
class RecordType(type):
    """The type of records: its classes have their annotated names as slots."""

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> RecordType:
        """Define a class of records."""
        names = tuple(namespace.get("__annotations__", ())) if bases else ()
        defaults = {field: namespace.pop(field) for field in names if field in namespace}
        added = {"__slots__": names, "__match_args__": names, "_defaults": defaults}
        return super().__new__(cls, name, bases, namespace | added)


class _Fields:
    """Gives a record's fields as `dataclasses` describes them, worked out when they are asked."""

    def __get__(self, instance: object, owner: RecordType) -> dict[str, Field[Any]]:
        from dataclasses import dataclass

        described = {
            "__module__": owner.__module__,
            "__annotations__": owner.__annotations__,
            **owner.__dict__["_defaults"],
        }
        twin = type(owner.__name__, (), described)
        describe: Any = dataclass(init=False, repr=False, eq=False)
        fields: dict[str, Field[Any]] = describe(twin).__dataclass_fields__
        type.__setattr__(owner, "__dataclass_fields__", fields)
        return fields


class Record(metaclass=RecordType):
    """The base of every record. Fields are annotated names; those with a default come last."""

    if TYPE_CHECKING:
        __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
        __match_args__: ClassVar[tuple[str, ...]]
    else:
        __dataclass_fields__ = _Fields()

        def __init__(self, *args: Any, **named: Any) -> None:
            kind = type(self)
            kind.__init__ = _compile_init(kind)
            kind.__init__(self, *args, **named)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return _values(self) == _values(other)

    def __hash__(self) -> int:
        return hash(_values(self))

    def __repr__(self) -> str:
        pairs = zip(self.__match_args__, _values(self), strict=True)
        return (
            f"{type(self).__qualname__}({', '.join(f'{name}={value!r}' for name, value in pairs)})"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), _values(self)


RecordT = TypeVar("RecordT", bound=Record)


def replace(record: RecordT, **changes: Any) -> RecordT:
    """Give `record` with some fields changed, as `dataclasses.replace` does."""
    return type(record)(
        *[changes.pop(name, getattr(record, name)) for name in record.__match_args__]
    )


def _values(record: Any) -> tuple[Any, ...]:
    return tuple([getattr(record, name) for name in record.__match_args__])


def _compile_init(kind: Any) -> Any:
    """Give the `__init__` of `kind`: it writes each slot by the slot's own descriptor."""
    defaults = kind._defaults
    names = kind.__match_args__
    known = {f"_set_{name}": kind.__dict__[name].__set__ for name in names}
    known |= {f"_default_{name}": value for name, value in defaults.items()}
    wanted = [f"{name}=_default_{name}" if name in defaults else name for name in names]
    body = [f"    _set_{name}(self, {name})" for name in names] or ["    pass"]
    source = "\n".join([f"def __init__(self, {', '.join(wanted)}):", *body])
    # The names are those of our own classes; the standard library's dataclasses do the same.
    exec(source, known)  # noqa: S102
    return known["__init__"]
