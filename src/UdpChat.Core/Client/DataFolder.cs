using System;
using System.IO;
using System.Runtime.InteropServices;

namespace UdpChat.Client;

/// <summary>Where the user's data are.</summary>
internal static class DataFolder
{
    /// <summary>The environment variable that names another folder.</summary>
    public const string Variable = "UDPCHAT_DATA";

    /// <summary>The folder for this process; null if the user has none.</summary>
    public static string? Find() => Find(Environment.GetEnvironmentVariable, RuntimeInformation.IsOSPlatform(OSPlatform.Windows));

    /// <summary>
    /// The folder: <c>$UDPCHAT_DATA</c>; on Windows <c>%LOCALAPPDATA%\UdpChat</c>; elsewhere <c>$XDG_DATA_HOME/udpchat</c>, by
    /// default <c>~/.local/share/udpchat</c> (XDG Base Directory Specification, which ignores a relative path).
    /// </summary>
    public static string? Find(Func<string, string?> getVariable, bool isWindows)
    {
        if (getVariable(Variable) is { Length: > 0 } given)
            return given;
        if (isWindows)
            return getVariable("LOCALAPPDATA") is { Length: > 0 } local ? Path.Combine(local, "UdpChat") : null;
        if (getVariable("XDG_DATA_HOME") is { Length: > 0 } data && data[0] == '/')
            return Path.Combine(data, "udpchat");
        return getVariable("HOME") is { Length: > 0 } home ? Path.Combine(home, ".local", "share", "udpchat") : null;
    }
}
