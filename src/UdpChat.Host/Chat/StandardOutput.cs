using System;
using System.IO;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace UdpChat.Host.Chat;

/// <summary>Standard output as a chat needs it: each write goes out at once, and fails when nobody reads it any more.</summary>
internal static class StandardOutput
{
    private const int FileDescriptor = 1;

    /// <summary>Opens it. A terminal gets text in its encoding, all else UTF-8.</summary>
    public static TextWriter Open()
    {
        Encoding encoding = Console.IsOutputRedirected ? new UTF8Encoding(false) : Console.OutputEncoding;
        return new StreamWriter(OpenStream(), encoding) { AutoFlush = true };
    }

    private static Stream OpenStream()
    {
        if (Console.IsOutputRedirected && !OperatingSystem.IsWindows())
        {
            var stream = new FileStream(new SafeFileHandle(FileDescriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            // A file may be shared with standard error, so its position is the system's business.
            if (!stream.CanSeek)
                return stream;
        }
        // The console's own stream says nothing when a pipe has no reader any more.
        return Console.OpenStandardOutput();
    }
}
