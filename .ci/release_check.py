"""Checks a build of the profile "release": release_check.py FIRST SECOND [built-without-the-profile]

FIRST has all published files in target/staging, brings the libraries that THIRD-PARTY.md lists, and has the same bytes as
SECOND. If SECOND was built without the profile, sources, Javadoc and SBOM are not compared.
"""
import hashlib
import json
import pathlib
import re
import sys
import xml.etree.ElementTree as xml
import zipfile

POM = "{http://maven.apache.org/POM/4.0.0}"
first, second = map(pathlib.Path, sys.argv[1:3])
without_profile = len(sys.argv) > 3
wrong = []


def pom(module):
    return xml.parse(first / module / "pom.xml").getroot()


def is_published(module):
    return pom(module).findtext(f"{POM}properties/{POM}maven.deploy.skip") != "true"


def javax(module):
    plugins = pom(module).findall(f"{POM}build/{POM}plugins/{POM}plugin/{POM}artifactId")
    return "transformer-maven-plugin" in [each.text for each in plugins]


published = [each.text for each in pom(".").findall(f"{POM}modules/{POM}module") if is_published(each.text)]
jars = [each for each in published if pom(each).findtext(f"{POM}packaging", "jar") == "jar"]


def check_staging():
    staging = first / "target/staging/dev/epik"
    found = {each.name for each in staging.iterdir()}
    if found != {"epik-parent", *published}:
        wrong.append(f"target/staging has {sorted(found)}, published are {published}")
    for module in jars:
        names = " ".join(each.name for each in staging.glob(f"{module}/*/*"))
        ends = [".pom", ".jar", "-sources.jar", "-javadoc.jar", "-cyclonedx.json"] + ["-javax.jar"] * javax(module)
        wrong.extend(f"{module} has no *{end}" for end in ends if not re.search(rf"[\dT]{re.escape(end)}(?= |$)", names))


def libraries(module):
    """What a user of the module gets: optional libraries, and what only they bring, are left out."""
    sbom = json.loads((first / module / "target/bom.json").read_text())
    components = {each["bom-ref"]: each for each in sbom.get("components", [])}
    brings = {each["ref"]: each.get("dependsOn", []) for each in sbom.get("dependencies", [])}
    found, waiting = set(), [sbom["metadata"]["component"]["bom-ref"]]
    while waiting:
        for each in brings.get(waiting.pop(), []):
            if each not in found and components[each].get("scope") != "optional":
                found.add(each)
                waiting.append(each)
    names = {f'{components[each]["group"]}:{components[each]["name"]}' for each in found}
    return {each for each in names if not each.startswith("dev.epik:")}


def check_libraries():
    listed = {module: set() for module in jars}
    for row in re.findall(r"^\| `([^`]+:[^`]+)` \|[^|]+\| ([^|]+) \|", (first / "THIRD-PARTY.md").read_text(), re.MULTILINE):
        for module in re.findall(r"`([a-z-]+)`(?! \(optional\))", row[1]):
            listed.setdefault(module, set()).add(row[0])
    for module, names in listed.items():
        brought = libraries(module) if module in jars else set()
        wrong.extend(f"THIRD-PARTY.md: {module} brings {each}" for each in sorted(brought - names))
        wrong.extend(f"THIRD-PARTY.md: {module} does not bring {each}" for each in sorted(names - brought))


def built(tree):
    files = [each for module in published for name in ("*.jar", "bom.json") for each in (tree / module / "target").glob(name)]
    return {str(each.relative_to(tree)): each for each in files}


def entries(jar):
    if jar.suffix != ".jar":
        return {}
    with zipfile.ZipFile(jar) as file:
        return {each.filename: (each.date_time, each.external_attr, each.CRC) for each in file.infolist()}


def check_bytes():
    one, other = built(first), built(second)
    if without_profile:
        one = {name: file for name, file in one.items() if not re.search(r"-(sources|javadoc)\.jar|bom\.json", name)}
    elif one.keys() != other.keys():
        wrong.append(f"only one build has {sorted(one.keys() ^ other.keys())}")
    for name, file in one.items():
        if name not in other:
            wrong.append(f"{second} has no {name}")
        elif hashlib.sha256(file.read_bytes()).digest() != hashlib.sha256(other[name].read_bytes()).digest():
            differing = sorted(each[0] for each in entries(file).items() ^ entries(other[name]).items())
            wrong.append(f"two builds of {name} differ: {sorted(set(differing))[:10]}")
    print(f"{len(one)} published files compared, {len(wrong)} problems.")


check_staging()
check_libraries()
check_bytes()
sys.exit("\n".join(wrong) if wrong else 0)
