"""What the types of the schema say: which keys a section has, and what stands below a list or a mapping."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo

from sim.model import units


def bare(annotation: Any) -> Any:
    """A type without `Annotated` and without `| None`."""
    while True:
        if typing.get_origin(annotation) is Annotated:
            annotation = typing.get_args(annotation)[0]
        elif typing.get_origin(annotation) in (types.UnionType, typing.Union):
            left = [part for part in typing.get_args(annotation) if part is not type(None)]
            if len(left) != 1:
                return annotation
            annotation = left[0]
        else:
            return annotation


def model_of(annotation: Any) -> type[BaseModel] | None:
    """The model behind a type, if there is one."""
    kind = bare(annotation)
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def below(annotation: Any) -> Any | None:
    """The type of each item of a list or mapping, or None."""
    kind = bare(annotation)
    if typing.get_origin(kind) is dict:
        return typing.get_args(kind)[1]
    if typing.get_origin(kind) is tuple:
        return typing.get_args(kind)[0]
    return None


def keys_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a model by the key a scenario writes."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


def is_share(info: FieldInfo) -> bool:
    """True for a field that takes a share: 25 % or 0.25."""
    marks = (*info.metadata, *_marks(info.annotation))
    return any(isinstance(mark, BeforeValidator) and mark.func is units.share for mark in marks)


def _marks(annotation: Any) -> Iterator[Any]:
    """What `Annotated` says within the parts of `X | None`."""
    for part in typing.get_args(annotation):
        if typing.get_origin(part) is Annotated:
            yield from part.__metadata__
