using System;
using System.IO;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace UdpChat.Host.Chat;

/// <summary>Shows things one after another, in the background, so that a terminal on hold or a slow pipe doesn't hold up the chat itself.</summary>
internal sealed class DisplayQueue : IDisposable
{
    /// <summary>How many things can wait to be shown. More are dropped, and that is shown.</summary>
    private const int Capacity = 10_000;

    private readonly IChatDisplay _display;
    private readonly Channel<Action<IChatDisplay>> _queue = Channel.CreateBounded<Action<IChatDisplay>>(Capacity);
    private readonly CancellationTokenSource _closed = new();
    private readonly Task _showing;
    private int _dropped;

    public DisplayQueue(IChatDisplay display)
    {
        _display = display;
        _showing = Task.Run(ShowAllAsync);
    }

    /// <summary>Is cancelled when the output fails: nobody reads it any more, or a disk is full.</summary>
    public CancellationToken Closed => _closed.Token;

    /// <summary>Shows something, after all that was added before. Callable from any thread; it never waits.</summary>
    public void Add(Action<IChatDisplay> show)
    {
        if (!_queue.Writer.TryWrite(show))
            Interlocked.Increment(ref _dropped);
    }

    /// <summary>Shows a remark: any text, which is made harmless.</summary>
    public void AddRemark(string remark)
    {
        string safe = SafeText.Escape(remark);
        Add(display => display.ShowRemark(safe));
    }

    /// <summary>Takes no more and waits until all is shown, but not longer than this if the output takes nothing.</summary>
    public async Task EndAsync(TimeSpan patience)
    {
        _queue.Writer.Complete();
        await Task.WhenAny(_showing, Task.Delay(patience));
    }

    /// <summary>Throws what the output failed with, if it did.</summary>
    /// <exception cref="IOException">The output has failed.</exception>
    /// <exception cref="UnauthorizedAccessException">The output can't be written.</exception>
    public void ThrowIfFailed()
    {
        if (_showing.IsFaulted)
            _showing.GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void Dispose() => _closed.Dispose();

    private async Task ShowAllAsync()
    {
        try
        {
            await foreach (Action<IChatDisplay> show in _queue.Reader.ReadAllAsync())
            {
                show(_display);
                if (Interlocked.Exchange(ref _dropped, 0) is > 0 and int dropped)
                    _display.ShowRemark($"{dropped} lines were dropped here, because the output did not take them fast enough.");
            }
        }
        catch
        {
            await _closed.CancelAsync();
            throw;
        }
    }
}
