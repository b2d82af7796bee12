using System.IO;

namespace UdpChat.Benchmarks;

/// <summary>Where stores are while something is measured.</summary>
internal static class StoreFolder
{
    /// <summary>Makes a folder, where there is a disk: the one for temporary files may be in memory.</summary>
    public static string Create()
    {
        string parent = Directory.Exists("/var/tmp") ? "/var/tmp" : Path.GetTempPath();
        return Directory.CreateDirectory(Path.Combine(parent, Path.GetRandomFileName())).FullName;
    }
}
