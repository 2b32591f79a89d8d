"""A vendor's configuration: read into our settings, and our settings written into it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

from stages.errors import InputError, SettingsError
from stages.i18n import say
from stages.settings import NAMES, Settings, from_flat
from tuner.formats.placed.node import OPEN, Code
from tuner.formats.python.excerpt import PythonExcerpt
from tuner.formats.python.text import Python
from tuner.formats.tree import Format, at, relative
from tuner.space.axes import Values
from tuner.space.deployable import Coupling, DeployableSpace
from tuner.targets.containers import IN_CODE, STATED, Document, opened
from tuner.targets.field import Field, by_path
from tuner.targets.idle import Idle, idle_settings, sentences
from tuner.targets.inspection import CODE, refuse_others_for_objects, refuse_values, refuse_whole, unknown_keys, ways_to
from tuner.targets.origins import origins_by_dependence
from tuner.targets.readings import Apart, Origin, Reading, Writing
from tuner.targets.renamed import Renamed, in_present_names, present_names, renamed_sentences
from tuner.targets.rule import Fixed, Rule, Theirs, within_ours
from tuner.targets.set_by_code import depending, set_by_code
from tuner.targets.set_by_code import sentences as code_sentences
from tuner.targets.versions.history import LATER, History, by_version
from tuner.targets.versions.installed import mentioned
from tuner.targets.versions.version import ANY, Span, Version

NO_CODE: Mapping[str, Code] = MappingProxyType({})

DOCUMENTS = ("json", "yaml", "toml", "env", "url")
"""Formats of files that are a configuration as a whole: in such a file a sign of the vendor is enough."""
PYTHON = (".py", ".pyi")
"""Files that are Python as a whole or are faulty."""
UNNAMED = "no setting of this vendor's is known to do this"
"""Why a setting is not to be had of which a form says nothing."""


@dataclass(frozen=True)
class Target:
    """One vendor's configuration: a table of its fields, and the rules by which they are ours.

    Each of our settings is in one of `rules`, `stack`, `elsewhere`, `beyond`; the last two take a group (`llm`) for
    all of it that is not named otherwise. A setting that is in none of them is not to be had, as if it were in
    `beyond`: so a new setting breaks no form, and one line in any of them overrules that.
    """

    name: str
    title: str
    format: Format
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...]
    couplings: tuple[Coupling, ...] = ()
    stack: Mapping[str, Fixed] = field(default_factory=dict)
    """What the vendor's stack does, that its users cannot change."""
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    """What its users can set, but not here -> where."""
    beyond: Mapping[str, str] = field(default_factory=dict)
    """What cannot be set, or is not known to be -> why; replayed with our default."""
    free: frozenset[str] = frozenset()
    """Settings without a price that a search may move here."""
    roots: tuple[str, ...] = ()
    """Objects that a document may consist of, where it does not begin at the top: `properties` alone, say."""
    scopes: tuple[str, ...] = ()
    """Objects that `fields` tells in full: any other key there is listed as unknown."""
    no_timing: tuple[str, ...] = ()
    """Paths that are known to have no effect on timing, with all that is in them, though they look as if they had."""
    also: tuple[Format, ...] = ()
    """Other formats in which its users keep the same."""
    outdated: Mapping[str, str] = field(default_factory=dict)
    """Pattern of a text that is for an older product of the vendor's -> which, and the way on."""
    signs: tuple[str, ...] = ()
    """Patterns of a text that is this vendor's, whether or not it states a setting."""
    renamed: tuple[Renamed, ...] = ()
    """Older names of its settings."""
    idle: tuple[Idle, ...] = ()
    """Settings that have no effect beside others."""
    doubts: Callable[[Theirs], Iterable[str]] = lambda _: ()
    """What to say about a document, from all of its fields (the vendor's defaults where it says nothing)."""
    refused: Callable[[Theirs], Iterable[str]] = lambda _: ()
    """Why the vendor refuses a document as a whole, from all of its fields; of each value the field says it."""
    history: History[Target] | None = None
    """The versions of its package, where they differ in what is read."""
    installed: Span = ANY
    """The versions that a customer may have."""
    upgrades: Mapping[str, str] = field(default_factory=dict)
    """Setting that this version has nothing for -> the first version that has."""
    implied: Callable[[Mapping[str, Any]], Theirs] = lambda _: {}
    """What a file with these settings of ours has, though no rule writes it: such as that a VAD is there."""
    faults: Callable[[Theirs], Iterable[str]] = lambda _: ()
    """What this version does wrong that another mends, and is not replayed: said wherever the version is possible."""
    older: tuple[Target, ...] = ()
    """Other forms of the same: read, and written where the customer's file has them."""
    marked: Callable[[Mapping[str, Any]], bool] | None = None
    """Whether a document is of this form, where no path says it."""
    ahead: bool = False
    """Of one in `older`: whether it goes before the present form where a document is of both."""
    unless: tuple[str, ...] = ()
    """Paths beside which a document is not of this form."""
    beside: str = ""
    """Why settings of another form have no effect in this one; empty: they are listed as unknown."""
    marks: tuple[str, ...] = ()
    """Paths that only this form has, of one in `older` and of one that has such; the present form goes first."""
    notes: tuple[str, ...] = ()
    """For the table: lags that the vendor adds, what is not known. One sentence each."""
    check: Callable[[Mapping[str, Any]], Iterable[str]] | None = None
    """The vendor's own types on a document: what they refuse. ImportError where its package is not installed."""

    def __repr__(self) -> str:
        return f"<Target {self.name}>"

    @cached_property
    def by_path(self) -> dict[str, Field]:
        return by_path(self.fields)

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """Path -> what holds where a document says nothing."""
        return {one.path: one.default for one in self.fields}

    @cached_property
    def values(self) -> dict[str, Values]:
        """Our setting -> what there is to try here."""
        return {name: values for rule in self.rules for name, values in rule.values.items()}

    @cached_property
    def carried(self) -> tuple[str, ...]:
        """Our settings that the rules know, in the documented order."""
        known = {name for rule in self.rules for name in rule.ours}
        return tuple(name for name in NAMES if name in known)

    def form(self, tree: Mapping[str, Any]) -> Target:
        """The form of a document: this target, or an older one."""
        forms = sorted((self, *self.older), key=lambda one: not one.ahead)
        return next((one for one in forms if one._is_marked(tree)), self)

    def _is_marked(self, tree: Mapping[str, Any]) -> bool:
        if self.marked is not None:
            return self.marked(tree)
        root = self.root(tree)
        there, not_there = (any(at(tree, relative(path, root))[0] for path in of) for of in (self.marks, self.unless))
        return there and not not_there

    def root(self, tree: Mapping[str, Any]) -> str:
        """What the document consists of: that of "" and `roots` under which it states the most fields.

        Where it states none, the first under which it has anything of ours.
        """
        roots = ("", *self.roots)
        most = max(roots, key=lambda root: len(self._stated(tree, root)))
        if self._stated(tree, most):
            return most
        for root in roots:
            heads = {relative(path, root).split(".")[0] for path in self.by_path if path.startswith(root)}
            if heads & set(tree):
                return root
        return ""

    def _stated(self, tree: Mapping[str, Any], root: str) -> dict[str, Any]:
        """Path -> value of the fields that stand in a document of this root."""
        found = {path: at(tree, relative(path, root)) for path in self.by_path if not root or path.startswith(root)}
        return {path: self.by_path[path].named(value) for path, (there, value) in found.items() if there}

    def opened(self, text: str, source: str) -> Document:
        """A customer's file: in which of its formats, and where in it our settings stand. Raises SettingsError."""
        formats = (self.format, *self.also, *(IN_CODE if self.format.name == "json" else ()))
        if isinstance(self.format, Python) and not source.lower().endswith(PYTHON):
            formats = (self.format, PythonExcerpt(self.format), *self.also)  # the whole call, before objects in it
        return opened(text, source, formats, self.weight)

    def weight(self, tree: Mapping[str, Any]) -> int:
        """How much of the vendor's an object holds: the fields that it states in any form, then objects for them."""
        forms = (self, *self.older)
        stated = max(len(form._stated(tree, form.root(tree))) for form in forms)
        ways = {path.partition(".")[0] for form in forms for path in form.by_path if "." in path}
        return STATED * stated + (
            1 if "" in self.scopes or any(isinstance(tree.get(way), Mapping) for way in ways) else 0
        )

    def read(self, text: str, source: str) -> Reading:
        """Our settings from a file; SettingsError with every value that breaks a rule of the vendor.

        A file with nothing of the vendor's in it is refused: nobody can have meant its defaults. One that may be of
        several versions is read as the likeliest, with the question which it is.
        """
        found = self.opened(text, source)
        self._refuse_others(found)
        if self.history is None:
            reading = self.read_document(found)
            return replace(reading, doubts=(*found.wrapping, *reading.doubts))
        dating = self.history.dating(text, self._installed(text, self.history))
        reading = self._like_this(self.history.at(dating.version)).read_document(found)
        doubts = (*found.wrapping, *dating.doubts, *reading.doubts)
        question = by_version(
            self.history, dating, reading, lambda family: self._like_this(family).read_document(found)
        )
        return replace(reading, doubts=doubts, version=f"{self.history.packages[0]} {dating.version}", asked=question)

    def _installed(self, text: str, history: History[Target]) -> Span:
        """The versions that somebody named, else the one that the text names."""
        return mentioned(text, history.names) if self.installed == ANY else self.installed

    def _like_this(self, family: Target) -> Target:
        """The form of this one's name, of a family as a version has it; the family where it has no such form."""
        name = self.name.partition("@")[0]
        return next((one for one in family.older if one.name == name), family)

    def dated(self, found: Document) -> Target:
        """This target as the version has it that a file is for."""
        if self.history is None:
            return self
        version = self.history.dating(found.text, self._installed(found.text, self.history)).version
        return self.of_versions(Span(version, version)) if version < Version(self.history.newest) else self

    def of_file(self, text: str, source: str) -> tuple[Target, Document]:
        """This target as the version has it that a file is for, and the file, opened."""
        family = self.dated(self.opened(text, source))
        return family, family.opened(text, source)

    def of_versions(self, installed: Span) -> Target:
        """This target, or this form of one, as the newest of these versions has it. InputError where it has none."""
        if self.history is None:
            raise InputError(f"{self.title}: turntempo knows one version of it only; leave the version out")
        head = self.history.at(self.history.dating("", installed).version)
        forms = [replace(one, installed=installed, name=f"{one.name}@{installed}") for one in head.older]
        name = f"{self.name.partition('@')[0]}@{installed}"
        own = next((one for one in forms if one.name == name), None)
        return own or replace(head, installed=installed, name=name, older=tuple(forms))

    def _refuse_others(self, found: Document) -> None:
        for word, what in self.outdated.items():
            if re.search(word, found.text):
                raise SettingsError(f"{found.source}: {what}")
        empty = not found.tree and found.text.strip() in ("", "{}")
        signs = found.format.name in DOCUMENTS and any(re.search(sign, found.text) for sign in self.signs)
        if not (empty or signs or self.weight(found.tree) or OPEN in found.tree):
            raise SettingsError(
                f"{found.source}: nothing of {self.title} is in it; `turntempo settings from {found.source}`, without "
                "a vendor, says whose it is"
            )

    def read_document(self, found: Document) -> Reading:
        """The same from a file that was opened."""
        form = self.form(found.tree)
        return form._read(found.tree, found.source, self)

    def _read(self, tree: Mapping[str, Any], source: str, family: Target) -> Reading:
        root = self.root(tree)
        refuse_others_for_objects(tree, self.by_path, root, source)
        code = set_by_code(tree, self.fields, self.rules, root)
        stated = {path: value for path, value in self._stated(tree, root).items() if path not in code}
        refuse_values(stated, self.by_path, root, source, self.title)
        refuse_whole(self.refused(self.defaults | in_present_names(stated, self.renamed)), source, self.title)
        own = self.by_path.keys() | ways_to(self.by_path)
        others = {path: one for one in (family, *family.older) for path in one.by_path if path not in own}
        others = {path: one for path, one in others.items() if path.rpartition(".")[2] not in CODE}
        beside = {path: one for path, one in others.items() if at(tree, relative(path, root))[0]}
        unknown = unknown_keys(tree, self.by_path, self.scopes, root, (*self.no_timing, *beside), others)
        idle = dict.fromkeys(beside, self.beside) if self.beside else {}
        if not idle:
            note = "no effect here: it is of"
            unknown += tuple(f"{relative(path, root)} ({note} {one.title})" for path, one in beside.items())
        reading = self.read_values(stated, source, unknown, code)
        origins = origins_by_dependence(reading, self.rules, self.defaults, self.by_path)
        said = tuple(code_sentences(code, root, source))
        doubts = (*said, *reading.doubts, *sentences(idle, {path: at(tree, relative(path, root))[1] for path in idle}))
        return replace(reading, origins=origins, doubts=doubts, code_doubts=said, idle={**reading.idle, **idle})

    def read_values(
        self,
        stated: Theirs,
        source: str = "settings",
        unknown: tuple[str, ...] = (),
        code: Mapping[str, Code] = NO_CODE,
    ) -> Reading:
        """Our settings from the vendor's values by path; `code`: what is set by code, and so not known."""
        given, stated = stated, in_present_names(stated, self.renamed)
        everything = self.defaults | stated
        flat: dict[str, Any] = {name: fixed.value for name, fixed in self.stack.items()}
        origins: dict[str, Origin] = {name: "vendor stack" if name in flat else "not known" for name in NAMES}
        for rule in self.rules:
            ours = rule.read(everything)
            flat |= ours
            said = any(path in stated for path in rule.theirs)
            by_code = depending(rule, everything, self.by_path, present_names(code, self.renamed))
            for name in ours:
                origins[name] = "code" if name in by_code else "stated" if said else "vendor default"
        doubts = [] if stated or code else [f"{source}: no setting of {self.title} is in it; its defaults are taken"]
        written = {path for rule in self.rules for path in rule.theirs} | {one.old for one in self.renamed}
        asked: set[str] = set()
        for path, value in given.items():
            if doubt := self.by_path[path].unit_doubt(value):
                asked |= {path, *(one.new for one in self.renamed if one.old == path)}
                doubts.append(f"{path} is {value} {self.by_path[path].unit}: {doubt}")
            if path in written and (range_ := self.by_path[path].strayed(value)):
                doubts.append(f"{path} is {value}: what is written anew keeps to {range_}")
        for name, value in flat.items():
            flat[name] = within_ours(name, value)
            if flat[name] != value:
                doubts.append(f"{name} would be {value:g}: read as {flat[name]:g}, the nearest that we replay")
        settings = from_flat(flat, source)
        if settings.endpointing.eot_threshold is not None and "endpointing.max_silence_ms" in self.carried:
            ours_asked = {name for rule in self.rules if not asked.isdisjoint(rule.theirs) for name in rule.ours}
            again = [one for one in settings.doubts() if "were seconds meant?" in one]
            doubts += [one for one in settings.doubts() if one not in again or one.partition("=")[0] not in ours_asked]
        idle = idle_settings(self.idle, stated, everything)
        doubts += [*renamed_sentences(given, self.renamed), *sentences(idle, stated), *self.doubts(everything)]
        faults = tuple(self.faults(everything))
        return Reading(self.name, settings, origins, stated, unknown, (*doubts, *faults), idle, code, faults=faults)

    def write(self, settings: Settings, in_force: Settings | None = None) -> Writing:
        """The vendor's values for these settings, and what they do not carry.

        Apart is what differs from the settings in force, or from our defaults, or from what the stack does.
        """
        ours, before = settings.flat(), (in_force or Settings()).flat()
        set_to = {path: value for rule in self.rules for path, value in rule.write(ours).items()}
        values = {path: set_to[path] for path in self.by_path if path in set_to}
        back = self._back(values, settings)
        inexact = {name: (ours[name], value) for name, value in back.items() if ours[name] != value}
        apart = {name: Apart(name, ours[name], self._apart(name)) for name in NAMES if name not in self.carried}
        fixed = {name: self.stack[name].value if name in self.stack else before[name] for name in apart}
        moved = {name: one for name, one in apart.items() if one.value != fixed[name]}
        return Writing(
            self.name,
            values,
            inexact,
            tuple(one for name, one in moved.items() if self.is_elsewhere(name)),
            tuple(one for name, one in moved.items() if not self.is_elsewhere(name)),
        )

    def _apart(self, name: str) -> str:
        """Why a setting is apart, and what upgrade mends that."""
        upgrade = self.upgrades.get(name) if self.history else None
        return f"{self.why(name)}: {self.history.packages[0]} {upgrade}" if self.history and upgrade else self.why(name)

    def why(self, name: str) -> str:
        """Where a setting that the rules do not carry is set, or why it is not."""
        if name in self.stack:
            return self.stack[name].why
        keys, tables = (name, name.split(".")[0]), (self.elsewhere, self.beyond)
        return next((table[key] for key in keys for table in tables if key in table), UNNAMED)

    def lacking(self) -> tuple[str, ...]:
        """The settings that only a later version of its package has."""
        return tuple(name for name in NAMES if name not in self.carried and self.why(name) == LATER)

    def is_elsewhere(self, name: str) -> bool:
        """Whether it can be set, in another place."""
        if name in self.stack or name in self.beyond or name in self.carried:
            return False
        return name in self.elsewhere or name.split(".")[0] in self.elsewhere

    def deployable(self, settings: Settings) -> Settings:
        """The settings next to these that this vendor has; what it does not carry stays."""
        return settings.replace(self._back(self.write(settings).values, settings))

    def said(self, values: Theirs) -> set[str]:
        """The settings of ours that a file with these values tells."""
        return set(self.read_values(self._standing(values)).ours)

    def as_deployed(self, settings: Settings) -> Settings:
        """The settings next to these that run on this vendor's stack; what is set elsewhere stays."""
        fixed, deployable = {name: one.value for name, one in self.stack.items()}, self.deployable_space()
        return deployable.coupled(self.deployable(deployable.coupled(settings.replace(fixed))))

    def takes(self, settings: Settings) -> bool:
        """Whether these settings come back as they were, as far as the vendor carries them."""
        return not self.write(settings).inexact

    def deployable_space(self) -> DeployableSpace:
        """What a search may try, so that what comes out can be deployed as it is."""
        reasons: dict[str, str] = {
            name: say(
                "reach.elsewhere" if self.is_elsewhere(name) else "reach.lacks", stack=self.title, why=self.why(name)
            )
            for name in NAMES
            if name not in self.values
        }
        coupled = {
            coupling.name: say("reach.lacks", stack=self.title, why=coupling.description)
            for coupling in self.couplings
            if coupling.name not in coupling.of
        }
        values = {name: values for name, values in self.values.items() if name not in coupled}
        elsewhere = frozenset(name for name in reasons if self.is_elsewhere(name))
        return DeployableSpace(self.title, values, reasons | coupled, elsewhere, self.couplings, self.free, self.takes)

    def _back(self, values: Theirs, settings: Settings) -> dict[str, Any]:
        """Ours, from a file that these settings were written into."""
        return self.read_values({**self._standing(values), **self.implied(settings.flat())}).ours

    def _standing(self, values: Theirs) -> dict[str, Any]:
        return {path: one for path, one in values.items() if one is not None or self.by_path[path].nullable}
