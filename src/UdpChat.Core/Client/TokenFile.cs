using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;

namespace UdpChat.Client;

/// <summary>
/// The file with the tokens. A change is made under a lock file, so that processes don't undo each other's, and is whole or
/// not there at all after a crash: it is written beside the file, to the disk, and then takes its name.
/// </summary>
/// <param name="folder">Where the file is; created when it is needed.</param>
/// <param name="patience">How long to wait while another process has the lock.</param>
internal sealed class TokenFile(string folder, TimeSpan patience)
{
    // The codes of an IOException that means another has the lock: of Windows (sharing and lock violation), Linux and macOS (EWOULDBLOCK).
    private const int SharingViolation = unchecked((int)0x80070020), LockViolation = unchecked((int)0x80070021), LinuxWouldBlock = 11, MacWouldBlock = 35;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>The file's name.</summary>
    public string Path => System.IO.Path.Combine(folder, "tokens");

    private string NewPath => Path + ".new";

    private string LockPath => Path + ".lock";

    /// <summary>Whether an exception says that a file or folder can't be used.</summary>
    public static bool IsFileError(Exception e) => e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    /// <summary>Changes the file.</summary>
    /// <exception cref="ChatTokenException">It is damaged, or another process doesn't give it free.</exception>
    /// <exception cref="Exception">One that <see cref="IsFileError"/> knows: it can't be written.</exception>
    public T Update<T>(Func<Dictionary<TokenKey, TokenEntry>, T> change)
    {
        OwnerOnly.CreateFolder(folder);
        using FileStream held = Lock();
        Dictionary<TokenKey, TokenEntry> entries = ReadFile();
        T result = change(entries);
        Write(TokenFormat.Write(entries));
        return result;
    }

    /// <summary>What is in the file, also if it can't be written; nothing if there is none.</summary>
    /// <exception cref="ChatTokenException">It is damaged, or another process doesn't give it free.</exception>
    /// <exception cref="Exception">One that <see cref="IsFileError"/> knows: it can't be read.</exception>
    public Dictionary<TokenKey, TokenEntry> Read()
    {
        if (!File.Exists(Path))
            return [];
        FileStream? held = null;
        try
        {
            // Windows replaces no file that somebody reads.
            held = Lock();
            OwnerOnly.Restrict(Path);
        }
        catch (Exception e) when (IsFileError(e))
        {
            // Who can't change the file may read it.
        }
        using (held)
            return ReadFile();
    }

    private Dictionary<TokenKey, TokenEntry> ReadFile() => File.Exists(Path) ? TokenFormat.Read(Path, File.ReadAllBytes(Path)) : [];

    private void Write(byte[] content)
    {
        // One that a crash left over may have other rights.
        File.Delete(NewPath);
        using (FileStream file = OwnerOnly.Open(NewPath, FileMode.CreateNew))
        {
            file.Write(content, 0, content.Length);
            file.Flush(flushToDisk: true);
        }
        OwnerOnly.Replace(NewPath, Path);
    }

    private FileStream Lock()
    {
        for (TimeSpan waited = TimeSpan.Zero; ; waited += RetryInterval)
        {
            try
            {
                return OwnerOnly.Open(LockPath, FileMode.OpenOrCreate);
            }
            catch (IOException e) when (e.HResult is SharingViolation or LockViolation or LinuxWouldBlock or MacWouldBlock)
            {
                if (waited >= patience)
                    throw new ChatTokenException($"Another process has locked the token file {Path} for {patience.TotalSeconds:0} s; end it, or try again.", e);
                Thread.Sleep(RetryInterval);
            }
        }
    }
}
