"""The two servers that the benchmark compares do the same."""

from __future__ import annotations

from typing import Any

import anyio
from mcp.client import Client
from mcp_types import ImageContent
from viscript.eval.bench.mcp_servers import REGIONS, bare_server, viscript_server


async def _answers(server: Any) -> tuple[Any, list[Any], list[Any]]:
    async with Client(server) as client:
        nothing, fifty, photo = [
            await client.call_tool(name, {}) for name in ("nothing", "fifty", "photo")
        ]
        assert nothing.structured_content is not None
        assert fifty.structured_content is not None
        pictures = [one for one in photo.content if isinstance(one, ImageContent)]
        return nothing.structured_content["result"], fifty.structured_content["result"], pictures


def test_both_give_the_same_number_as_many_regions_and_a_picture() -> None:
    ours, bare = anyio.run(_answers, viscript_server()), anyio.run(_answers, bare_server())
    assert ours[0] == bare[0] == 1
    assert len(ours[1]) == len(bare[1]) == REGIONS
    assert [one["label"] for one in ours[1]] == [one["label"] for one in bare[1]]
    assert len(ours[2]) == len(bare[2]) == 1
    assert 200_000 < len(bare[2][0].data) * 3 / 4 < 400_000
