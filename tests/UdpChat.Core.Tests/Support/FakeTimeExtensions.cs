using Microsoft.Extensions.Time.Testing;
using UdpChat.Client;

namespace UdpChat.Core.Tests.Support;

internal static class FakeTimeExtensions
{
    /// <summary>Lets so much time pass that another thread receives, if a handler keeps the one that did. An acknowledgement may wait longer than that.</summary>
    public static void PassPatienceWithHandlers(this FakeTimeProvider time)
    {
        for (int i = 0; i < 2; i++)
            time.Advance(ReceiveLoop.Patience);
    }
}
