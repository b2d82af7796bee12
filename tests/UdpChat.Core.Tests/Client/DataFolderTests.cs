using System.Collections.Generic;
using System.Linq;
using UdpChat.Client;

namespace UdpChat.Core.Tests.Client;

public class DataFolderTests
{
    [Theory]
    [InlineData(false, "UDPCHAT_DATA=/x HOME=/home/bob", "/x")]
    [InlineData(true, "UDPCHAT_DATA=/x LOCALAPPDATA=/local", "/x")]
    [InlineData(true, "LOCALAPPDATA=/local HOME=/home/bob", "/local/UdpChat")]
    [InlineData(true, "HOME=/home/bob", null)]
    [InlineData(false, "XDG_DATA_HOME=/data HOME=/home/bob LOCALAPPDATA=/local", "/data/udpchat")]
    [InlineData(false, "XDG_DATA_HOME=data HOME=/home/bob", "/home/bob/.local/share/udpchat")]
    [InlineData(false, "HOME=/home/bob", "/home/bob/.local/share/udpchat")]
    [InlineData(false, "UDPCHAT_DATA= XDG_DATA_HOME=", null)]
    public void The_folder_is_the_one_that_the_environment_names(bool isWindows, string environment, string? folder)
    {
        var variables = environment.Split(' ').Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]);

        string? found = DataFolder.Find(v => variables.GetValueOrDefault(v), isWindows);

        Assert.Equal(folder, found?.Replace('\\', '/'));
    }
}
