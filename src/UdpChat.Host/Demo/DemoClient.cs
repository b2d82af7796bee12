using System;
using System.Net;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace UdpChat.Host.Demo;

/// <summary>A client of the demo, whose notices can be waited for as its messages can.</summary>
internal sealed class DemoClient : IAsyncDisposable
{
    private readonly Channel<string> _notices = Channel.CreateUnbounded<string>();

    public DemoClient(string name, IPEndPoint relay)
    {
        Client = new ChatClient(new ChatClientOptions { Name = name, Server = new ChatServerAddress(relay.Address.ToString(), relay.Port) });
        Client.NoticeReceived += (_, notice) => _notices.Writer.TryWrite(notice.Text);
    }

    /// <summary>The client.</summary>
    public ChatClient Client { get; }

    /// <summary>What the relay has said to it.</summary>
    public ChannelReader<string> Notices => _notices.Reader;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Client.DisposeAsync();
}
