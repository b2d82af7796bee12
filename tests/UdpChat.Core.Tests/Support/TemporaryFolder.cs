using System;
using System.IO;

namespace UdpChat.Core.Tests.Support;

/// <summary>The name of a folder that only this test has; what was made there is removed at its end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"udpchat-{Guid.NewGuid():n}");

    public string this[string file] => System.IO.Path.Combine(_path, file);

    public override string ToString() => _path;

    /// <summary>Makes the folder.</summary>
    public TemporaryFolder Create()
    {
        Directory.CreateDirectory(_path);
        return this;
    }

    public void Dispose()
    {
        if (Directory.Exists(_path))
            Directory.Delete(_path, recursive: true);
        else
            File.Delete(_path);
    }
}
