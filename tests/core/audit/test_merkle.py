"""The tree against the published roots and proofs of Certificate Transparency, and against the definition itself."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.audit import merkle

#: The leaves, roots and proofs that implementations of RFC 6962 are commonly tested with.
LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
_0_1, _2_3, _4_7 = (
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
)
_4, _4_5, _6, _6_7 = (
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
)
_1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
INCLUSION = {  # (leaf from 0, size)
    (0, 1): [], (0, 8): [_1, _2_3, _4_7], (5, 8): [_4, _6_7, ROOTS[3]], (2, 3): [_0_1], (1, 5): [ROOTS[0], _2_3, _4],
}  # fmt: skip
CONSISTENCY = {  # (old size, new size)
    (1, 1): [], (1, 8): [_1, _2_3, _4_7], (6, 8): [_4_5, _6_7, ROOTS[3]], (2, 5): [_2_3, _4],
    (6, 7): [_4_5, _6, ROOTS[3]],
}  # fmt: skip


def hashes(data: list[bytes]) -> list[bytes]:
    return [merkle.leaf_hash(one) for one in data]


def hexes(proof: list[bytes]) -> list[str]:
    return [one.hex() for one in proof]


# The definitions of RFC 6962, section 2.1, word for word: slow, recursive, over the data itself.


def split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(data: list[bytes]) -> bytes:
    if not data:
        return sha256(b"").digest()
    if len(data) == 1:
        return sha256(b"\x00" + data[0]).digest()
    k = split(len(data))
    return sha256(b"\x01" + mth(data[:k]) + mth(data[k:])).digest()


def path(m: int, data: list[bytes]) -> list[bytes]:
    if len(data) == 1:
        return []
    k = split(len(data))
    return [*path(m, data[:k]), mth(data[k:])] if m < k else [*path(m - k, data[k:]), mth(data[:k])]


def subproof(m: int, data: list[bytes], whole: bool) -> list[bytes]:
    if m == len(data):
        return [] if whole else [mth(data)]
    k = split(len(data))
    if m <= k:
        return [*subproof(m, data[:k], whole), mth(data[k:])]
    return [*subproof(m - k, data[k:], False), mth(data[:k])]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_the_published_ones(size: int) -> None:
    assert merkle.root(hashes(LEAVES[:size])).hex() == ROOTS[size - 1]


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(("at", "proof"), INCLUSION.items())
def test_inclusion_proofs_are_the_published_ones(at: tuple[int, int], proof: list[str]) -> None:
    index, size = at
    leaves = hashes(LEAVES[:size])
    assert hexes(merkle.inclusion_proof(index, leaves)) == proof
    told = [bytes.fromhex(one) for one in proof]
    assert merkle.verify_inclusion(index, size, leaves[index], told, bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(("sizes", "proof"), CONSISTENCY.items())
def test_consistency_proofs_are_the_published_ones(sizes: tuple[int, int], proof: list[str]) -> None:
    old, new = sizes
    assert hexes(merkle.consistency_proof(old, hashes(LEAVES[:new]))) == proof
    told = [bytes.fromhex(one) for one in proof]
    old_root, new_root = (bytes.fromhex(ROOTS[size - 1]) for size in sizes)
    assert merkle.verify_consistency(old, new, told, old_root, new_root)


DATA = st.lists(st.binary(max_size=4), min_size=1, max_size=40)


@given(DATA, st.data())
def test_proofs_are_those_of_the_definition(data: list[bytes], draw: st.DataObject) -> None:
    leaves = hashes(data)
    index = draw.draw(st.integers(0, len(data) - 1))
    old = draw.draw(st.integers(1, len(data)))
    assert merkle.root(leaves) == mth(data)
    assert merkle.inclusion_proof(index, leaves) == path(index, data)
    assert merkle.consistency_proof(old, leaves) == subproof(old, data, True)
    assert merkle.verify_inclusion(index, len(data), leaves[index], path(index, data), mth(data))
    assert merkle.verify_consistency(old, len(data), subproof(old, data, True), mth(data[:old]), mth(data))


@given(DATA, st.data())
def test_a_tree_that_grows_is_the_same_tree(data: list[bytes], draw: st.DataObject) -> None:
    """Also one that was put down and taken up again by its perfect parts."""
    cut = draw.draw(st.integers(0, len(data)))
    tree = merkle.Range()
    for leaf in hashes(data[:cut]):
        tree.append(leaf)
    assert tree.root() == mth(data[:cut])
    taken_up = merkle.Range(tree.size, tree.peaks)
    for leaf in hashes(data[cut:]):
        taken_up.append(leaf)
    assert (taken_up.size, taken_up.root()) == (len(data), mth(data))


@given(DATA, st.data())
def test_a_proof_that_was_touched_proves_nothing(data: list[bytes], draw: st.DataObject) -> None:
    """A flipped bit, a hash less or more, another place, another leaf, another root."""
    size = len(data)
    index = draw.draw(st.integers(0, size - 1))
    leaf, proof, root = merkle.leaf_hash(data[index]), path(index, data), mth(data)
    assert not merkle.verify_inclusion(index, size, leaf, [*proof, root], root)
    assert not merkle.verify_inclusion(index, size, sha256(b"other").digest(), proof, root)
    assert not merkle.verify_inclusion(index, size, leaf, proof, sha256(b"other").digest())
    assert not merkle.verify_inclusion(size, size, leaf, proof, root)
    assert not merkle.verify_inclusion(-1, size, leaf, proof, root)
    if proof:
        at = draw.draw(st.integers(0, len(proof) - 1))
        flipped = bytes([proof[at][0] ^ 8, *proof[at][1:]])
        assert not merkle.verify_inclusion(index, size, leaf, [*proof[:at], flipped, *proof[at + 1 :]], root)
        assert not merkle.verify_inclusion(index, size, leaf, proof[:-1], root)
        assert not merkle.verify_inclusion(index ^ 1, size, leaf, proof, root) or data[index] == data[index ^ 1]


@given(st.integers(1, 40), st.integers(1, 40))
def test_a_tree_that_was_rewritten_is_not_the_old_one_grown(old: int, more: int) -> None:
    """Whatever proof the rewritten tree gives of itself, it does not lead to the old root."""
    before = [str(number).encode() for number in range(old)]
    rewritten = [b"other", *before[1:], *(str(number).encode() for number in range(old, old + more))]
    proof = merkle.consistency_proof(old, hashes(rewritten))
    assert merkle.verify_consistency(old, old + more, proof, mth(rewritten[:old]), mth(rewritten))
    assert not merkle.verify_consistency(old, old + more, proof, mth(before), mth(rewritten))
    assert not merkle.verify_consistency(old, old + more, [], mth(before), mth(rewritten))
    assert not merkle.verify_consistency(old + more, old, proof, mth(rewritten), mth(before))


def test_what_is_not_there_is_not_proved() -> None:
    leaves = hashes(LEAVES)
    for index in (-1, 8):
        with pytest.raises(IndexError):
            merkle.inclusion_proof(index, leaves)
    with pytest.raises(IndexError):
        merkle.consistency_proof(9, leaves)
    with pytest.raises(ValueError, match="3 leaves has 2 perfect parts"):
        merkle.Range(3, leaves[:1])
    assert merkle.consistency_proof(0, leaves) == []
    assert merkle.verify_consistency(0, 8, [], merkle.EMPTY, bytes.fromhex(ROOTS[7]))
