"""Graph files as programs save them: GraphML, GEXF, GML, Pajek, lists of networkx and JSON.

networkx reads them. What it is strict about, and programs are not, is made plain before: the
namespace of a GEXF file, nodes without labels, and the encoding of a Pajek file.
"""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd

from socionaut.errors import InputError
from socionaut.sources.dialects import RawTable, encoding_of
from socionaut.sources.own_files import folded

__all__ = ["OwnGraph", "graph_kind", "read_graph_file"]

_UNSAID, _TOLD = "direction is not said", "what was done"
# Formats that are not read, by the ends of their names.
_UNREAD = {
    ".lgl": "LGL", ".leda": "LEDA", ".lgr": "LEDA", ".dot": "DOT", ".gv": "DOT", ".dl": "UCINET DL",
    ".mtx": "Matrix Market", ".metis": "METIS", ".graph": "METIS", ".col": "DIMACS", ".gdf": "GDF",
    ".vna": "VNA", ".tlp": "Tulip", ".g6": "graph6", ".s6": "sparse6", ".tgf": "TGF",
    ".adjlist": "lists of neighbours", ".multiline_adjlist": "lists of neighbours",
}  # fmt: skip
# How a place or a shape of a node in Pajek begins.
_PLACED = (
    r"[-+.\d]|(?:ellipse|box|diamond|triangle|cross|empty|man|woman|ic|bc|bw|lc|lr|lphi|fos|font"
    r"|x_fact|y_fact|phi|la|url)\b"
)
_STARTS = (
    (r"(?s)\s*(?:<\?xml.*?)?<graphml", ".graphml"),
    (r"(?s)\s*(?:<\?xml.*?)?<gexf", ".gexf"),
    (
        r"(?is)\s*(?:#[^\n]*\n|creator[^\n]*\n|version[^\n]*\n|comment[^\n]*\n|\s)*graph\s*\[",
        ".gml",
    ),
    (r"(?i)(?:%[^\n]*\n|\s)*\*(?:vertices|network)", ".net"),
    (r"(?i)\s*dl\s+n\s*=", ".dl"),
    (r"%%MatrixMarket", ".mtx"),
    (r"(?s)\s*(?:strict )?(?:di)?graph\b[^\n\[]*\{|/\* Created by igraph", ".dot"),
    # What networkx writes as an edge list.
    (r"(?:#[^\n]*\n)*(?![{\[])\S+[ \t,]+\S+[ \t,]+\{[^\n]*\}\s*(?:\n|$)", ".edgelist"),
)


@dataclass(frozen=True)
class OwnGraph:
    """A network as its file holds it."""

    raw: RawTable  # a row an edge
    directed: bool | None = None  # whether edges lead one way, where the file says it
    why: str = ""  # what says so
    nodes: pd.DataFrame | None = None  # what the file knows of its nodes, with a column `id`
    matrix: bool = False  # whether the file is one
    ask: str = ""  # why nothing says whether edges lead one way, where that must be asked


def graph_kind(path: Path) -> str:
    """Return which kind of graph file it is, as the end of a name, or no text.

    A JSON file is one if it has nodes and links. A kind that is not read is refused.
    """
    if not path.is_file():
        return ""
    with path.open("rb") as stream:
        raw = stream.read(4096)
    start = raw.decode(
        "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace"
    )
    found = next((suffix for form, suffix in _STARTS if re.match(form, start)), "")
    suffix = path.suffix.lower()
    if start.lstrip()[:1] in ("{", "["):  # a list, or records by name, hold a row an edge
        content = path.read_bytes() if suffix == ".json" else raw
        linked = re.search(rb'"(?:links|edges|elements)"\s*:', content)
        return ".json" if linked and start.lstrip()[0] == "{" else ""
    found = found or (suffix if suffix in (*_READERS, *_UNREAD) and suffix != ".json" else "")
    if found in _UNREAD:
        raise InputError(
            f"{path.name} is a graph in {_UNREAD[found]}, which is not read here. Open it in the "
            "program that wrote it, or in Gephi, igraph or networkx, and save it as GraphML or as "
            "a table of edges."
        )
    return found


def read_graph_file(path: Path, suffix: str) -> OwnGraph:
    """Read a graph file."""
    name, read = _READERS[suffix]
    try:
        graph = read(path)
    except InputError:
        raise
    except Exception as error:  # damaged files raise errors of every kind
        reason = " ".join(str(error).split()).rstrip(".")
        if re.search(r"(?i)edge found in (?:un)?directed graph|mixed", reason):
            raise InputError(
                f"{path.name} holds directed and undirected edges. Write each undirected edge in "
                "both directions, and all as directed."
            ) from error
        raise InputError(
            f"{path.name} cannot be read as {name} ({reason}); open it in the program that wrote "
            "it and export it again, as GraphML or as a table of edges."
        ) from error
    if not graph.number_of_edges():
        raise InputError(f"{path.name} has no edge; export it again.")
    # A list of networkx and most JSON do not say whether edges lead one way.
    unsaid = suffix == ".edgelist" or graph.graph.pop(_UNSAID, False)
    way = "" if unsaid else ", directed" if graph.is_directed() else ", undirected"
    notes = [f"The file is a graph in {name}{way}; an edge counts as a row."]
    notes += graph.graph.pop(_TOLD, [])
    graph, told = _by_name(graph)
    notes += told
    if alone := nx.number_of_isolates(graph):
        notes.append(f"{alone} nodes without an edge are left out: nothing spreads from them.")
    cells = _edge_table(graph, default=name in ("GEXF", "Pajek"))
    found = None if unsaid else graph.is_directed()
    raw = RawTable(path.name, name, cells, notes)
    return OwnGraph(raw, found, f"the {name} file", _nodes(graph))


def _edge_table(graph: nx.Graph, *, default: bool) -> pd.DataFrame:
    """Return a row an edge with all that is known of it; formats may set a weight of 1."""
    ends = [(str(a), str(b)) for a, b in graph.edges()]
    cells = pd.DataFrame(ends, columns=["source", "target"], dtype="str")
    known = [{folded(str(k)): v for k, v in row.items() if not isinstance(v, dict | list)}
             for _, _, row in graph.edges(data=True)]  # fmt: skip
    names = sorted({name for row in known for name in row} - {"source", "target", "id", ""})
    usual = {folded(str(k)): str(v) for k, v in graph.graph.get("edge_default", {}).items()}
    for name in names:
        filler = "1" if default and name == "weight" else usual.get(name, "")
        cells[name] = ["" if row.get(name) is None else str(row[name]) for row in known]
        cells[name] = cells[name].replace("", filler)
    cells.index = pd.RangeIndex(1, len(cells) + 1, name="row")
    return cells


def _by_name(graph: nx.Graph) -> tuple[nx.Graph, list[str]]:
    """Call nodes by their names where a program only numbered them, as igraph does."""
    if not all(re.fullmatch(r"n?\d+", str(node)) for node in graph):
        return graph, []
    for key in ("name", "label"):
        names = {node: str(cells[key]) for node, cells in graph.nodes(data=True) if cells.get(key)}
        if len(names) == len(graph) == len(set(names.values())):
            return nx.relabel_nodes(graph, names), [f"Nodes are called by their {key} in the file."]
    return graph, []


def _nodes(graph: nx.Graph) -> pd.DataFrame | None:
    known = {str(node): {k: v for k, v in cells.items() if not isinstance(v, dict | list)}
             for node, cells in graph.nodes(data=True) if graph.degree(node)}  # fmt: skip
    table = pd.DataFrame.from_dict(known, orient="index")
    table = table.drop(columns=[c for c in table if folded(str(c)) in ("id", "viz", "shape")])
    return table.rename_axis("id").reset_index() if len(table.columns) else None


# Readers


def _text(path: Path) -> str:
    raw = path.read_bytes()
    encoding, _ = encoding_of(path, raw[:4096])
    return raw.decode(encoding)


def _gexf(path: Path) -> nx.Graph:
    """Read GEXF of any version; programs spell its namespace in more ways than networkx knows."""
    raw = path.read_bytes()
    edges = raw.partition(b"<edges")[2]
    if re.search(rb'<(?:edge|attvalue) [^>]*\b(?:start|end)(?:open)?="|<spell ', edges):
        raise InputError(
            f"{path.name} holds edges that change in time, of which one state must be chosen. In "
            "Gephi, take a span of the timeline, copy it to a new workspace, and export that; or "
            "write a row an edge and time, and choose or join them."
        )
    plain = re.sub(rb'xmlns="http://(?:www\.)?gexf\.net/[\w.]+"',
                   b'xmlns="http://www.gexf.net/1.2draft"', raw)  # fmt: skip
    plain = re.sub(rb'xmlns:viz="http://(?:www\.)?gexf\.net/[\w./]+"',
                   b'xmlns:viz="http://www.gexf.net/1.2draft/viz"', plain)  # fmt: skip
    plain = re.sub(rb'(<gexf[^>]*\bversion=")[\d.]+(")', rb"\g<1>1.2\2", plain)
    graph: nx.Graph = nx.read_gexf(io.BytesIO(plain))
    return graph


def _gml(path: Path) -> nx.Graph:
    """Read GML, by labels where each node has one of its own, else by ids."""
    text = _text(path)
    if not re.search(r"(?i)\bmultigraph\s+1", text):  # an edge may come again, and is told then
        text = re.sub(r"(?i)\bgraph\s*\[", r"\g<0>\nmultigraph 1\n", text, count=1)
    graph: nx.Graph = nx.parse_gml(text.splitlines(), label="id")
    labels = {node: cells.get("label") for node, cells in graph.nodes(data=True)}
    counts = Counter(map(str, labels.values()))
    if None not in labels.values() and max(counts.values(), default=1) == 1:
        graph = nx.relabel_nodes(graph, {node: str(label) for node, label in labels.items()})
        for cells in graph.nodes.values():
            cells.pop("label", None)
    return graph


def _pajek(path: Path) -> nx.Graph:
    lines = [line for line in _text(path).splitlines() if line.strip() and line.strip()[0] != "%"]
    # A project holds partitions and vectors of the nodes behind the network.
    more = (
        n for n, x in enumerate(lines) if re.match(r"(?i)\*(?:parti|vector|permu|clus|hier)", x)
    )
    lines = lines[: next(more, len(lines))]
    heads = [line.lower() for line in lines if line.startswith("*")]
    parts = sum(head.startswith("*vertices") for head in heads)
    kinds = len({found[1] for head in heads if (found := re.search(r"^\*\w+\s*:\s*(\d+)", head))})
    if parts > 1 or kinds > 1:
        what = f"{parts} networks" if parts > 1 else f"edges of {kinds} kinds"
        raise InputError(f"{path.name} holds {what}; save one of them in a file of its own.")
    at = next((n for n, line in enumerate(lines) if line.lower().startswith("*vertices")), 0)
    found = re.match(r"(?i)\*vertices\s+(\d+)(?:\s+(\d+))?", lines[at] if lines else "")
    if found is None:
        raise InputError(
            f"{path.name} does not say how many nodes it has; write for example *Vertices 3 in the "
            "first line."
        )
    if found[2] and 0 < int(found[2]) < int(found[1]):
        raise InputError(
            f"{path.name} is a network of two kinds of nodes ({found[2]} of {found[1]} are of the "
            "first); make one of each pair of the same kind first."
        )
    rest = next((n for n in range(at + 1, len(lines)) if lines[n].startswith("*")), len(lines))
    # networkx knows nodes by their labels, of which two may be the same, so it is given numbers.
    labels = {str(n): str(n) for n in range(1, int(found[1]) + 1)} | _labels(lines[at + 1 : rest])
    plain = _plain_sections(path.name, lines[rest:], {*labels})
    graph: nx.Graph = nx.parse_pajek([lines[at], *(f"{n} {n}" for n in labels), *plain])
    if len({*labels.values()}) == len(labels):
        return nx.relabel_nodes(graph, labels)
    graph.graph[_TOLD] = ["Labels come more than once, so nodes are called by their numbers."]
    return graph


def _labels(lines: list[str]) -> dict[str, str]:
    """Return labels of Pajek's nodes by number; without quotation marks they may hold blanks."""
    labels = {}
    for line in lines:
        number, _, rest = line.strip().partition(" ")
        quoted = re.match(r'"([^"]*)"', rest.strip())
        if rest.strip()[:1] == '"' and quoted is None:
            raise ValueError(f"the label {rest.strip()} lacks a quotation mark")
        words = re.split(rf"\s+(?={_PLACED})", rest.strip())[0]
        labels[number] = quoted[1] if quoted else words or number
    return labels


def _plain_sections(name: str, lines: list[str], known: set[str]) -> list[str]:
    """Write lists of neighbours as pairs, and edges beside arcs as two arcs, one each way."""
    mixed = any(re.match(r"(?i)\*arcs", line) for line in lines)
    plain, section = [], ""
    for line in lines:
        if line.startswith("*"):
            section = line.split()[0].lower()
            arcs = section in ("*arcs", "*arcslist") or (mixed and section.startswith("*edges"))
            pairwise = section in ("*arcs", "*arcslist", "*edges", "*edgeslist")
            plain.append(("*Arcs" if arcs else "*Edges") if pairwise else line)
            continue
        first, *others = line.split()
        ends = [first, *(others if section.endswith("list") else others[:1])]
        if section.startswith(("*arcs", "*edges")) and (len(ends) < 2 or not known >= {*ends}):
            raise InputError(
                f'{name}: the line "{line.strip()[:60]}" of {section} names no two of its nodes, '
                f"which are numbered from 1 to {len(known)}. Correct it, or export the file again."
            )
        pairs = [f"{first} {end}" for end in others] if section.endswith("list") else [line]
        plain += pairs
        if mixed and section.startswith("*edges"):
            plain += [" ".join([p.split()[1], p.split()[0], *p.split()[2:]])
                      for p in pairs if p.split()[0] != p.split()[1]]  # fmt: skip
    return plain


def _edgelist(path: Path) -> nx.Graph:
    lines = _text(path).splitlines()
    first = next((x for x in lines if x.strip() and not x.startswith("#")), "")
    comma = "," if re.match(r"[^\s,]+,[^\s,]+(?:,|$)", first) else None
    weighted = len(first.split(comma)) > 2
    data: Any = True if "{" in first else [("weight", float)] if weighted else False
    options: dict[str, Any] = {"create_using": nx.MultiDiGraph, "delimiter": comma, "data": data}
    graph: nx.Graph = nx.parse_edgelist(lines, **options)
    return graph


def _from_json(path: Path) -> nx.Graph:
    """Read the nodes and links of networkx, D3, vis.js, sigma or Cytoscape."""
    content: dict[str, Any] = json.loads(_text(path))
    if isinstance(content.get("elements"), dict):
        for node in content["elements"].get("nodes", []):  # which Cytoscape leaves out
            node["data"].setdefault("value", node["data"].get("id"))
            node["data"].setdefault("name", node["data"].get("id"))
        for at, edge in enumerate(content["elements"].get("edges", [])):
            edge["data"].setdefault("key", at)
        plain = {"data": [], "directed": True, **content, "multigraph": True}
        graph: nx.Graph = nx.cytoscape_graph(plain)
        graph.graph[_UNSAID] = "directed" not in content
        return graph
    key = "links" if "links" in content else "edges"
    if not isinstance(content.get(key), list):
        raise InputError(
            f"{path.name} holds no list called links or edges, as a graph in JSON does; save it as "
            "GraphML or as a table of edges."
        )
    kind = str((content.get("options") or {}).get("type"))  # as sigma says it
    said = content.get("directed", {"directed": True, "undirected": False}.get(kind))
    given = content.get("nodes", [])
    if isinstance(given, dict):
        given = [{"id": name, **node} for name, node in given.items()]
    nodes = [_flat(node) for node in given]
    links = [_plain_link(path.name, link) for link in content[key]]
    names, told = _names_of(path.name, nodes, links)
    # An edge that comes again is told, and does not take the place of the first.
    graph = nx.MultiGraph() if said is False else nx.MultiDiGraph()
    graph.add_nodes_from((name, node) for name, node in zip(names.values(), nodes, strict=False))
    for link in links:
        ends = (names.get(str(link[end]), link[end]) for end in ("source", "target"))
        graph.add_edge(*ends, **{k: v for k, v in link.items() if k not in _ENDS})
    graph.graph |= {_UNSAID: said is None, _TOLD: told}
    return graph


_ENDS = ("source", "target", "from", "to", "key")


def _flat(item: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever JSON holds
    """Return a node or link with the attributes that sigma puts apart."""
    if not isinstance(item, dict):
        return {"id": item}
    return {
        **(item.get("attributes") or {}),
        **{k: v for k, v in item.items() if k != "attributes"},
    }


def _names_of(
    name: str, nodes: list[dict[str, Any]], links: list[dict[str, Any]]
) -> tuple[dict[str, Any], list[str]]:
    """Return how nodes are called, by what links call them, which may be their places."""
    ends = {str(link[end]) for link in links for end in ("source", "target")}
    for key in ("id", "key", "name", "label"):
        names = {str(node[key]): node[key] for node in nodes if key in node}
        if len(names) == len(nodes) and ends <= {*names}:
            return names, []
    if not nodes:
        return {end: end for end in sorted(ends)}, []
    places = {str(at): node.get("id", at) for at, node in enumerate(nodes)}
    if ends <= {*places} and len({*map(str, places.values())}) == len(nodes):
        return places, ["Links name nodes by their places in the list of nodes, from 0."] * (
            "id" in nodes[0]
        )
    strange = sorted(ends - {str(node.get("id")) for node in nodes})
    raise InputError(
        f"{name}: a link names {strange[0] if strange else 'a node'}, which is the id of no node "
        "in its list, or of two. Give each node an id of its own, and name it in the links."
    )


def _plain_link(name: str, link: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever JSON holds
    """Return a link with ids at its ends, where vis.js and a running D3 have other things."""
    if isinstance(link, list) and len(link) == 2:
        link = {"source": link[0], "target": link[1]}
    found = _flat(link)
    for end, other in (("source", "from"), ("target", "to")):
        value = found.get(end, found.get(other))
        value = value.get("id", value.get("index")) if isinstance(value, dict) else value
        if value is None or isinstance(value, list):
            raise InputError(
                f"{name}: a link has no {end} ({str(link)[:60]}); write it as an object with "
                "source and target."
            )
        found[end] = value
    return found


def _graphml(path: Path) -> nx.Graph:
    raw = path.read_bytes()
    if (count := len(re.findall(rb"<graph[\s>]", raw))) > 1 and b"yfiles.foldertype" not in raw:
        raise InputError(
            f"{path.name} holds {count} graphs, side by side or one in another; save one of them "
            "in a file of its own."
        )
    graph: nx.Graph = nx.read_graphml(path)
    return graph


_READERS: dict[str, tuple[str, Callable[[Path], nx.Graph]]] = {
    ".graphml": ("GraphML", _graphml),
    ".gexf": ("GEXF", _gexf),
    ".gml": ("GML", _gml),
    ".net": ("Pajek", _pajek),
    ".paj": ("Pajek", _pajek),
    ".edgelist": ("networkx", _edgelist),
    ".json": ("JSON", _from_json),
}
