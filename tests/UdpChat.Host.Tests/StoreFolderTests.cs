using System;
using System.IO;

namespace UdpChat.Host.Tests;

public class StoreFolderTests
{
    [Theory]
    [InlineData("")]
    [InlineData("Modules/UdpChat/lib/net8.0")]
    public void What_a_store_needs_is_beside_each_Core_that_the_tool_has(string folder)
    {
        string at = Path.Combine(AppContext.BaseDirectory, folder);

        Assert.True(File.Exists(Path.Combine(at, "UdpChat.Core.dll")));
        Assert.True(File.Exists(Path.Combine(at, "sqlite", "UdpChat.Sqlite.dll")));
        Assert.True(File.Exists(Path.Combine(at, "sqlite", "runtimes", "linux-x64", "native", "libe_sqlite3.so")));
    }
}
