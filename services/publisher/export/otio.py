"""OpenTimelineIO documents: the few schemas of its JSON form that a film of stills and sound needs.

The format is public and stable; written here, it costs no dependency. Tests read it with its own library.
"""

from __future__ import annotations

from typing import Any

import msgspec


class Schema(msgspec.Struct, frozen=True, kw_only=True, tag_field="OTIO_SCHEMA"):
    """What every object of a document is."""


class RationalTime(Schema, frozen=True, kw_only=True, tag="RationalTime.1"):
    value: float
    """Frames."""
    rate: float


class TimeRange(Schema, frozen=True, kw_only=True, tag="TimeRange.1"):
    start_time: RationalTime
    duration: RationalTime


class Named(Schema, frozen=True, kw_only=True):
    name: str = ""
    metadata: dict[str, Any] = {}


class ExternalReference(Named, frozen=True, kw_only=True, tag="ExternalReference.1"):
    target_url: str
    available_range: TimeRange | None = None
    available_image_bounds: None = None


class Marker(Named, frozen=True, kw_only=True, tag="Marker.2"):
    marked_range: TimeRange
    color: str = "GREEN"
    comment: str = ""


class Gap(Named, frozen=True, kw_only=True, tag="Gap.1"):
    source_range: TimeRange
    effects: tuple[()] = ()
    markers: tuple[Marker, ...] = ()
    enabled: bool = True


class Clip(Named, frozen=True, kw_only=True, tag="Clip.2"):
    source_range: TimeRange
    media_references: dict[str, ExternalReference]
    active_media_reference_key: str = "DEFAULT_MEDIA"
    effects: tuple[()] = ()
    markers: tuple[Marker, ...] = ()
    enabled: bool = True


class Transition(Named, frozen=True, kw_only=True, tag="Transition.1"):
    """`in_offset` of the clip before and `out_offset` of the clip after are seen together."""

    transition_type: str = "SMPTE_Dissolve"
    in_offset: RationalTime
    out_offset: RationalTime


class Track(Named, frozen=True, kw_only=True, tag="Track.1"):
    kind: str
    """`Video` or `Audio`."""
    children: tuple[Clip | Gap | Transition, ...]
    source_range: TimeRange | None = None
    effects: tuple[()] = ()
    markers: tuple[Marker, ...] = ()
    enabled: bool = True


class Stack(Named, frozen=True, kw_only=True, tag="Stack.1"):
    children: tuple[Track, ...]
    source_range: TimeRange | None = None
    effects: tuple[()] = ()
    markers: tuple[Marker, ...] = ()
    enabled: bool = True


class Timeline(Named, frozen=True, kw_only=True, tag="Timeline.1"):
    tracks: Stack
    global_start_time: RationalTime | None = None
