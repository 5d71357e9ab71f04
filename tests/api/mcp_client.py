"""The Model Context Protocol with a real client (PyPI `mcp`), over standard input and output.

    mcp_client.py SVODKA_QUERY INDEX

Lists the tools, searches, opens what was found and asks for a name that the archive does not know.
"""

import asyncio
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client


async def main(program: str, index: str) -> None:
    server = StdioServerParameters(command=program, args=["mcp", "--index", index])
    async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
        await session.initialize()
        tools = [tool.name for tool in (await session.list_tools()).tools]
        assert tools == ["search", "facets", "show", "citations"], tools
        found = await session.call_tool("search", {"q": "порт", "think_tank": ["ISW"], "limit": 3})
        assert not found.is_error, found
        hit = found.structured_content["hits"][0]
        shown = await session.call_tool("show", {"id": hit.get("qualified_id", hit["id"])})
        assert shown.structured_content["title"] == hit["title"], shown
        outlets = await session.call_tool("facets", {"field": "outlet"})
        assert outlets.structured_content["outlet"], outlets
        graph = await session.call_tool("citations", {"kind": ["think_tank"]})
        assert graph.structured_content["edges"], graph
        wrong = await session.call_tool("search", {"outlet": "Politexprt"})
        assert wrong.is_error and "Politexpert" in wrong.content[0].text, wrong
    print("mcp client: 6 calls passed")


asyncio.run(main(*sys.argv[1:]))
