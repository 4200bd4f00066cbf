"""The tree of RFC 6962 over hashes of leaves: roots, proofs, and what a reader of a proof does with it.

Pure functions over SHA-256 hashes of 32 bytes; a leaf is ``SHA256(0x00 || data)``, a node ``SHA256(0x01 || left ||
right)``, the tree of n leaves splits at the largest power of two below n (section 2.1). Leaves count from 0. Proofs are
lists of hashes in the order of the RFC. ``Range`` grows a tree leaf by leaf and keeps one hash for each of its perfect
parts, so that the root of millions is known without reading them again.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from hashlib import sha256

#: The root of a tree without leaves: the hash of nothing.
EMPTY = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of what a leaf holds."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two parts of a tree."""
    return sha256(b"\x01" + left + right).digest()


class Range:
    """A tree that grows: its size and the hashes of its perfect parts, the largest first."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """A tree of ``size`` leaves with these parts. Raises ``ValueError`` when they cannot be its parts."""
        self.size = size
        self.peaks = list(peaks)
        if len(self.peaks) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} perfect parts, not {len(self.peaks)}")

    def append(self, leaf: bytes) -> None:
        """Put one leaf at the end, by its hash."""
        made, size = leaf, self.size
        while size & 1:
            made, size = node_hash(self.peaks.pop(), made), size >> 1
        self.peaks.append(made)
        self.size += 1

    def root(self) -> bytes:
        """The root of the tree so far."""
        if not self.peaks:
            return EMPTY
        made = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            made = node_hash(peak, made)
        return made


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over hashes of leaves."""
    tree = Range()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """The hashes that lead from one leaf to the root over ``leaves``. Raises ``IndexError`` for a leaf not there."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"there is no leaf {index} among {len(leaves)}")
    proof: list[bytes] = []
    begin, end = 0, len(leaves)
    while end - begin > 1:
        split = begin + _split(end - begin)
        if index < split:
            proof.append(root(leaves[split:end]))
            end = split
        else:
            proof.append(root(leaves[begin:split]))
            begin = split
    return proof[::-1]


def consistency_proof(old: int, leaves: Sequence[bytes]) -> list[bytes]:
    """The hashes which show that the tree over ``leaves`` begins with its first ``old`` leaves.

    Empty for none and for all of them. Raises ``IndexError`` when there are fewer.
    """
    if not 0 <= old <= len(leaves):
        raise IndexError(f"{len(leaves)} leaves do not begin with {old}")
    proof: list[bytes] = []
    begin, end, left_edge = 0, len(leaves), True
    while 0 < old < end:
        split = begin + _split(end - begin)
        if old <= split:
            proof.append(root(leaves[split:end]))
            end = split
        else:
            proof.append(root(leaves[begin:split]))
            begin, left_edge = split, False
    if proof and not left_edge:
        proof.append(root(leaves[begin:end]))
    return proof[::-1]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof leads from the leaf at ``index`` of ``size`` leaves to the root (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size or len(leaf) != 32 or any(len(one) != 32 for one in proof):
        return False
    node, last, made = index, size - 1, leaf
    for one in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            made = node_hash(one, made)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            made = node_hash(made, one)
        node, last = node >> 1, last >> 1
    return last == 0 and hmac.compare_digest(made, root)


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether a proof shows that the tree of ``new`` leaves begins with the one of ``old`` (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new or any(len(one) != 32 for one in proof):
        return False
    if old == new:
        return not proof and hmac.compare_digest(old_root, new_root)
    if old == 0:
        return not proof and hmac.compare_digest(old_root, EMPTY)
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for one in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(one, first), node_hash(one, second)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, one)
        node, last = node >> 1, last >> 1
    return last == 0 and hmac.compare_digest(first, old_root) and hmac.compare_digest(second, new_root)


def _split(size: int) -> int:
    """The largest power of two below ``size``, which is at least two."""
    return 1 << (size - 1).bit_length() - 1
