using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Channels;

namespace UdpChat.Host.Chat;

/// <summary>
/// Lines read on a thread of their own, because reading a terminal or a pipe can't be cancelled: who waits for a line
/// can stop waiting, and the process can end, while that thread still reads.
/// </summary>
internal sealed class LineSource
{
    private readonly TextReader _reader;
    private readonly Channel<string> _lines = Channel.CreateBounded<string>(1);

    public LineSource(TextReader reader)
    {
        _reader = reader;
        new Thread(ReadAll) { IsBackground = true, Name = "UdpChat input" }.Start();
    }

    /// <summary>The lines of standard input: of a terminal in its encoding, else UTF-8.</summary>
    public static LineSource OpenStandardInput() =>
        new(new StreamReader(Console.OpenStandardInput(), Console.IsInputRedirected ? Encoding.UTF8 : Console.InputEncoding));

    /// <summary>The lines, until the end of input.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="IOException">The input can't be read.</exception>
    public IAsyncEnumerable<string> ReadAllAsync(CancellationToken cancellationToken) => _lines.Reader.ReadAllAsync(cancellationToken);

    private void ReadAll()
    {
        Exception? failure = null;
        try
        {
            while (_reader.ReadLine() is { } line)
                _lines.Writer.WriteAsync(line).AsTask().GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            failure = e;
        }
        _lines.Writer.Complete(failure);
    }
}
