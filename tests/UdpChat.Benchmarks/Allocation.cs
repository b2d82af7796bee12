using System;
using System.Net;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>How much is allocated for a message: by our clients and the relay together, and by the relay alone.</summary>
internal static class Allocation
{
    private const long WarmUp = 200_000, Messages = 1_000_000;

    public static async Task RunAsync()
    {
        Clients.Print(new()
        {
            ["measured"] = "allocation",
            ["messages"] = Messages,
            ["window"] = IMessagePair.Window,
            ["bytes_a_message"] = await MeasureAsync(async relay => await ClientPair.ConnectAsync(relay, asBytes: true)),
            ["bytes_a_message_with_objects"] = await MeasureAsync(async relay => await ClientPair.ConnectAsync(relay, asBytes: false)),
            ["relay_bytes_a_message_plain"] = await MeasureAsync(relay => Task.FromResult<IMessagePair>(new PlainPair(relay))),
            ["relay_bytes_a_message_extended"] = await MeasureAsync(relay => Task.FromResult<IMessagePair>(new ExtendedPair(relay))),
        });
    }

    /// <summary>Counts what this process allocates, in which a relay and both users are.</summary>
    private static async Task<double> MeasureAsync(Func<IPEndPoint, Task<IMessagePair>> connectAsync)
    {
        using var relay = ChatRelay.Start(new ChatRelayOptions { Address = IPAddress.Loopback, Port = 0 });
        using IMessagePair pair = await connectAsync(relay.LocalEndPoint);
        pair.Pass(WarmUp);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        pair.Pass(Messages);
        return Math.Round((GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Messages, 3);
    }
}
