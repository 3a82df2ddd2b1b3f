# SPDX-License-Identifier: MIT
"""The lists of mutants, and how a source is made that holds all of its mutants at once."""
import os
import pathlib
import subprocess

HEADER = "tests/mutants/mutant.hpp"
ROOT = pathlib.Path(__file__).resolve().parents[2]
LISTS = ROOT / "tests/mutants/list"
BEGIN, END = "@[", "]@"


class Mutant:
    """One mistake: in `file`, `text` occurs once; `original` is a part of it, or all, and becomes `changed`."""

    def __init__(self, place, file):
        self.place = place
        self.file = file
        self.lines = {"-": [], "+": [], "#": [], "@": []}
        self.number = 0
        self.begin = self.end = 0  # of `original`, in the file

    @property
    def text(self):
        return self._marked().replace(BEGIN, "").replace(END, "")

    @property
    def original(self):
        marked = self._marked()
        return marked.split(BEGIN)[1].split(END)[0] if BEGIN in marked else marked

    @property
    def changed(self):
        return "\n".join(self.lines["+"]).strip()

    @property
    def reason(self):
        return " ".join(self.lines["#"])

    @property
    def suite(self):
        """The suite that notices it, if the list names one."""
        return "".join(self.lines["@"]).removeprefix("none")

    @property
    def survives(self):
        """Whether no suite can notice it, which `reason` explains."""
        return self.lines["@"] == ["none"]

    def _marked(self):
        return "\n".join(self.lines["-"])

    def find_in(self, source):
        """Sets `begin` and `end`; returns what is wrong with the mutant, or nothing."""
        count = source.count(self.text)
        if not self.text or count != 1:
            return f"{self.place}: its text occurs {count} times in {self.file}"
        if not self.reason:
            return f"{self.place}: no reason is given"
        self.begin = source.index(self.text) + max(self._marked().find(BEGIN), 0)
        self.end = self.begin + len(self.original)
        return None

    def __str__(self):
        return f"{self.number} {self.file}: {' '.join(self.original.split())} -> {' '.join(self.changed.split()) or 'nothing'}"


def read_lists():
    """All mutants, numbered from 1 in the order of the lists."""
    mutants = []
    for path in sorted(LISTS.glob("*.txt")):
        file, last = None, ""
        for at, line in enumerate(path.read_text().splitlines(), 1):
            mark, rest = line[:1], line[2:]
            if line.startswith("== "):
                file = line[3:]
            elif mark in ("-", "+", "#", "@"):
                if mark == "-" and last != "-":
                    mutants.append(Mutant(f"{path.relative_to(ROOT)}:{at}", file))
                mutants[-1].lines[mark].append(rest)
            elif line:
                raise SystemExit(f"{path}:{at}: a line begins with '==', '-', '+', '#' or '@'")
            last = mark
    for number, mutant in enumerate(mutants, 1):
        mutant.number = number
    return mutants


def _with_mutants(source, begin, end, mutants):
    """The bytes from `begin` to `end`, with these mutants in them. A mutant may lie in another one."""
    out, at = "", begin
    while mutants:
        first = mutants[0]
        same = [m for m in mutants if (m.begin, m.end) == (first.begin, first.end)]
        inner = [m for m in mutants if m not in same and m.begin < first.end]
        for mutant in inner:
            if mutant.end > first.end:
                raise SystemExit(f"{mutant.place}: overlaps {first.place}")
        original = _with_mutants(source, first.begin, first.end, inner)
        is_statement = first.original.rstrip()[-1] in ";}"
        for mutant in same:
            test = f"::dummycache::mutants::is({mutant.number})"
            if is_statement:
                original = f"if ({test}) {{ {mutant.changed} }} else {{ {original} }}"
            else:
                original = f"({test} ? ({mutant.changed}) : ({original}))"
        out += source[at:first.begin] + original
        at = first.end
        mutants = [m for m in mutants if m not in same and m not in inner]
    return out + source[at:end]


def write_copy(target, mutants):
    """Copies the tree to `target`, with the mutants in it. Files that stay the same are not touched. Returns faults."""
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard"], check=True,
                            capture_output=True, text=True).stdout.split("\n")
    faults = []
    for name in filter(None, listed):
        if not (ROOT / name).is_file():
            continue
        content = (ROOT / name).read_bytes()
        here = [m for m in mutants if m.file == name]
        if here:
            source = content.decode()
            found = [(m, m.find_in(source)) for m in here]
            faults += [fault for _, fault in found if fault]
            sound = sorted((m for m, fault in found if not fault), key=lambda m: (m.begin, -m.end))
            header = os.path.relpath(HEADER, os.path.dirname(name))
            content = f'#include "{header}"\n{_with_mutants(source, 0, len(source), sound)}'.encode()
        copy = target / name
        if copy.exists() and copy.read_bytes() == content:
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(content)
        copy.chmod((ROOT / name).stat().st_mode)
    known = set(listed)
    faults += [f"{m.place}: there is no file {m.file}" for m in mutants if m.file not in known]
    return faults
