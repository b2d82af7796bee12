using System.Net;
using System.Threading;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>Two of our clients.</summary>
internal sealed class ClientPair : IMessagePair
{
    private readonly SemaphoreSlim _slots = new(IMessagePair.Window);
    private readonly ChatClient _a, _b;
    private readonly ClientSender _sender;

    private ClientPair(IPEndPoint relay, bool asBytes)
    {
        _a = Clients.Create("a", relay);
        _b = Clients.Create("b", relay);
        _sender = new ClientSender(_a, _b.Name, asBytes);
        ClientReceiver.Add(_b, asBytes, () => _slots.Release());
    }

    /// <summary>Connects them.</summary>
    public static async Task<ClientPair> ConnectAsync(IPEndPoint relay, bool asBytes)
    {
        var pair = new ClientPair(relay, asBytes);
        await pair._a.ConnectAsync();
        await pair._b.ConnectAsync();
        return pair;
    }

    public void Pass(long messages)
    {
        for (long i = 0; i < messages; i++)
        {
            _slots.Wait();
            _sender.Send();
        }
        // All places are free once all messages have come.
        for (int i = 0; i < IMessagePair.Window; i++)
            _slots.Wait();
        _slots.Release(IMessagePair.Window);
    }

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
        _slots.Dispose();
    }
}
