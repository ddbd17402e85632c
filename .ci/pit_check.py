"""Reads the report of PIT for one group of classes, and compares it with the survivors that are explained.

Usage: pit_check.py GROUP MODULE

MODULE/src/test/pit/survivors.txt has lines "CLASS METHOD MUTATOR COUNT: REASON". Fails if less than 90 % of the
mutations are killed, if more survive than the file explains, or if the file explains more than survive.
"""
import collections
import pathlib
import sys
import xml.etree.ElementTree as xml

LEAST = 0.9
KILLED = {"KILLED", "TIMED_OUT", "MEMORY_ERROR"}

group, module = sys.argv[1], pathlib.Path(sys.argv[2])
report = xml.parse(module / "target" / "pit-reports" / "mutations.xml").getroot()
killed = collections.Counter()
every = collections.Counter()
survivors = collections.Counter()
lines = collections.defaultdict(list)
for mutation in report:
    name = mutation.findtext("mutatedClass").removeprefix("dev.epik.")
    top = name.split("$")[0]
    every[top] += 1
    if mutation.get("status") in KILLED:
        killed[top] += 1
    else:
        mutator = mutation.findtext("mutator").split(".")[-1].removesuffix("Mutator")
        key = (name, mutation.findtext("mutatedMethod"), mutator)
        survivors[key] += 1
        lines[key].append(f"line {mutation.findtext('lineNumber')}: {mutation.findtext('description')}")

explained = collections.Counter()
listed = module / "src" / "test" / "pit" / "survivors.txt"
if listed.exists():
    for line in listed.read_text().splitlines():
        if line and not line.startswith("#"):
            words = line.split(":", 1)[0].split()
            if words[0].split("$")[0] in every:
                explained[tuple(words[:3])] = int(words[3])

total, good = sum(every.values()), sum(killed.values())
for name in sorted(every):
    print(f"  {killed[name]:4d} of {every[name]:4d}  {name}")
print(f"EPIK: mutations of {group}: {good} of {total} killed, {100 * good / max(1, total):.1f} %")
wrong = []
if total == 0:
    wrong.append("no mutations: the names in .ci/pit match no class")
elif good / total < LEAST:
    wrong.append(f"less than {LEAST:.0%} are killed")
for key in sorted(survivors.keys() | explained.keys()):
    if survivors[key] > explained[key]:
        wrong.append(f"{' '.join(key)} {survivors[key]}: {explained[key]} explained; " + "; ".join(lines[key]))
    elif survivors[key] < explained[key]:
        wrong.append(f"{' '.join(key)}: {explained[key]} explained, {survivors[key]} survive")
print("\n".join("  " + each for each in wrong), end="\n" if wrong else "")
sys.exit(1 if wrong else 0)
