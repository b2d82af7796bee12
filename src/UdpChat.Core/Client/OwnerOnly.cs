using System.IO;
#if !NET8_0_OR_GREATER
using System.Runtime.InteropServices;
#endif

namespace UdpChat.Client;

/// <summary>
/// Files and folders that only their owner can read. On Windows they have the rights of the folder they are in, and the
/// user's profile is the user's alone.
/// </summary>
internal static class OwnerOnly
{
#if NET8_0_OR_GREATER
    private const UnixFileMode FileMode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Creates a folder and those above it, if they are not there. One that is there keeps its rights: it may be others' too.</summary>
    public static void CreateFolder(string path)
    {
        if (System.OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, FileMode600 | UnixFileMode.UserExecute);
    }

    /// <summary>Opens a file for writing that nobody else opens meanwhile.</summary>
    public static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!System.OperatingSystem.IsWindows())
            options.UnixCreateMode = FileMode600;
        return new FileStream(path, options);
    }

    /// <summary>Takes the rights to a file from all others.</summary>
    public static void Restrict(string path)
    {
        if (!System.OperatingSystem.IsWindows() && File.GetUnixFileMode(path) != FileMode600)
            File.SetUnixFileMode(path, FileMode600);
    }

    /// <summary>Gives a file the name of another, which it replaces at once.</summary>
    public static void Replace(string path, string replaced) => File.Move(path, replaced, overwrite: true);
#else
    /// <summary>Creates a folder and those above it, if they are not there. One that is there keeps its rights: it may be others' too.</summary>
    public static void CreateFolder(string path)
    {
        if (Directory.Exists(path))
            return;
        Directory.CreateDirectory(path);
        SetMode(path, 0b111_000_000);
    }

    /// <summary>Opens a file for writing that nobody else opens meanwhile.</summary>
    public static FileStream Open(string path, FileMode mode)
    {
        var file = new FileStream(path, mode, FileAccess.ReadWrite, FileShare.None);
        Restrict(path);
        return file;
    }

    /// <summary>Takes the rights to a file from all others.</summary>
    public static void Restrict(string path) => SetMode(path, 0b110_000_000);

    /// <summary>Gives a file the name of another, which it replaces at once.</summary>
    public static void Replace(string path, string replaced)
    {
        if (File.Exists(replaced))
            File.Replace(path, replaced, null);
        else
            File.Move(path, replaced);
    }

    private static void SetMode(string path, uint mode)
    {
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Windows) && ChangeMode(path, mode) != 0)
            throw new IOException($"The rights to {path} can't be changed.");
    }

    [DllImport("libc", EntryPoint = "chmod", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int ChangeMode([MarshalAs(UnmanagedType.LPStr)] string path, uint mode);
#endif
}
