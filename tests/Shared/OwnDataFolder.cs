using System;
using System.IO;
using System.Runtime.CompilerServices;

namespace UdpChat.Testing;

/// <summary>Gives a test process, and those that it starts, a data folder of its own: no test sees or leaves anything in the user's.</summary>
internal static class OwnDataFolder
{
    [ModuleInitializer]
    internal static void Create()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"udpchat-tests-{Guid.NewGuid():N}");
        Environment.SetEnvironmentVariable("UDPCHAT_DATA", folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        };
    }
}
