"""Logs: one line per event, text or JSON, times in UTC, with load, source and chunk in every line."""

from __future__ import annotations

import contextvars
import json
import logging
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

_context: contextvars.ContextVar[Mapping[str, object]] = contextvars.ContextVar(
    "log_context", default=MappingProxyType({})
)


@dataclass(frozen=True, slots=True)
class LogSettings:
    """``level``: a level of logging. ``file``: a path, None: standard error. ``as_json``: one JSON object per line."""

    level: int = logging.WARNING
    file: str | None = None
    as_json: bool = False


def set_up(settings: LogSettings) -> None:
    """Sets up logging of this process."""
    handler: logging.Handler = (
        logging.FileHandler(settings.file, encoding="utf-8") if settings.file else logging.StreamHandler(sys.stderr)
    )
    handler.setFormatter(_JsonFormatter() if settings.as_json else _TextFormatter())
    root = logging.getLogger("loader")
    root.handlers = [handler]
    root.setLevel(settings.level)
    root.propagate = False


def set_context(**context: object) -> None:
    """Sets load, source and chunk for the following lines; those that are not given are removed."""
    _context.set(context)


class _TextFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        context = _context.get()
        named = " ".join(f"{key}={context.get(key, '-')}" for key in ("load", "source", "chunk"))
        text = f"{_utc(record.created)} {record.levelname.lower()} {named} {record.getMessage()}"
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        context = _context.get()
        line: dict[str, Any] = {
            "time": _utc(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            **{key: context.get(key) for key in ("load", "source", "chunk")},
            "process": record.process,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def _utc(seconds: float) -> str:
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{int(seconds % 1 * 1000):03d}Z"
