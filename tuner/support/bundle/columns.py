"""A Parquet table without secrets: its texts, its settings and the names of its columns are searched."""

from __future__ import annotations

from typing import Any

from tuner.support.bundle.refusal import LeftOut
from tuner.support.redaction import Redactor

MOST_VALUES = 50_000_000
"""Rows times columns of a table that is searched."""


def safe_table(path: str, content: bytes, redactor: Redactor) -> bytes:
    """The table without secrets; equal texts give equal ones. Raises LeftOut where it is not such a table."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        about = pq.read_metadata(pa.BufferReader(content))
        if about.num_rows * max(1, about.num_columns) > MOST_VALUES:
            raise LeftOut(f"it is too large to be searched: over {MOST_VALUES:,} values")
        table = pq.read_table(pa.BufferReader(content))
        columns = [_safe_column(path, table.field(at), table.column(at), redactor) for at in range(table.num_columns)]
    except (pa.ArrowException, OSError, ValueError, TypeError, LookupError, ArithmeticError, MemoryError) as error:
        raise LeftOut(f"it cannot be read as a table: {type(error).__name__}") from None
    metadata = {key: _safe_bytes(path, value, redactor) for key, value in (table.schema.metadata or {}).items()}
    fields = [
        pa.field(redactor.name(one.name), column.type, one.nullable)
        for one, column in zip(table.schema, columns, strict=True)
    ]
    stream = pa.BufferOutputStream()
    pq.write_table(pa.table(columns, schema=pa.schema(fields, metadata=metadata)), stream, compression="zstd")
    return bytes(stream.getvalue())


def _safe_column(path: str, field: Any, column: Any, redactor: Redactor) -> Any:
    import pyarrow as pa

    kind = field.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _mapped(column, f"{path}: {field.name}", field.name, redactor)
    if pa.types.is_dictionary(kind):
        return _mapped(column.cast(kind.value_type), f"{path}: {field.name}", field.name, redactor).cast(kind)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        raise LeftOut(f"its column {field.name} holds bytes, which cannot be searched")
    if pa.types.is_nested(kind) and "string" in str(kind):
        values = redactor.document([{field.name: value} for value in column.to_pylist()], path)
        return pa.chunked_array([pa.array([value[field.name] for value in values], type=kind)])
    return column


def _mapped(column: Any, where: str, name: str, redactor: Redactor) -> Any:
    """Each different text searched once."""
    import pyarrow as pa

    coded = column.combine_chunks().dictionary_encode()
    old = coded.dictionary.to_pylist()
    new = [None if text is None else redactor.document({name: text}, where)[name] for text in old]
    return pa.chunked_array([pa.array(new, type=column.type).take(coded.indices)])


def _safe_bytes(path: str, value: bytes, redactor: Redactor) -> bytes:
    try:
        return redactor.text(value.decode(), f"{path}.json").encode()
    except UnicodeDecodeError:
        return b""
