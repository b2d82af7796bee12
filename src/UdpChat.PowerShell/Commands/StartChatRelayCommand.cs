using System;
using System.Linq;
using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using UdpChat.Errors;
using UdpChat.State;

namespace UdpChat.Commands;

/// <summary>Starts a relay in this process; it runs in the background until <c>Stop-ChatRelay</c>.</summary>
[Cmdlet(VerbsLifecycle.Start, "ChatRelay")]
[OutputType(typeof(ChatRelay))]
public sealed class StartChatRelayCommand : ChatCommand
{
    /// <summary>The UDP port, 0 to 65535; 9000 by default, 0 for any free one.</summary>
    [Parameter(Position = 0)]
    [ValidateRange(0, 65535)]
    public int Port { get; set; } = ChatServerAddress.DefaultPort;

    /// <summary>The address to listen on; everywhere by default, on IPv6 and IPv4.</summary>
    [Parameter]
    public IPAddress? Address { get; set; }

    /// <summary>After how long a silence a client is removed, 1 s to 1 day; 60 s by default.</summary>
    [Parameter]
    [Duration]
    public TimeSpan ClientTimeout { get; set; }

    /// <summary>How many clients there may be, 1 to 100,000,000; 1,000,000 by default.</summary>
    [Parameter]
    public int MaxClients { get; set; }

    /// <summary>How many clients there may be at one IPv4 address or IPv6 prefix of 56 bits, or 0 for no limit; 10,000 by default.</summary>
    [Parameter]
    public int MaxClientsPerPrefix { get; set; }

    /// <summary>The most bytes of UTF-8 that a name may have, 1 to 64; 64 by default.</summary>
    [Parameter]
    public int MaxNameBytes { get; set; }

    /// <summary>The most bytes of UTF-8 that a message may have, 1 to 65,536; 65,536 by default.</summary>
    [Parameter]
    public int MaxMessageBytes { get; set; }

    /// <summary>How many notices a second the relay sends in all, or 0 for no limit; 100,000 by default.</summary>
    [Parameter]
    public int NoticesPerSecond { get; set; }

    /// <summary>How many notices a second go to one IPv4 address or IPv6 prefix of 56 bits, or 0 for no limit; 100 by default.</summary>
    [Parameter]
    public int NoticesPerSecondPerPrefix { get; set; }

    /// <summary>The file in which reserved names and the mail of those who are away survive the relay's end; made if it is not there. Without it they are in memory.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Store { get; set; }

    /// <summary>How many messages a mailbox holds, 1 to 10,000,000; 10,000 by default.</summary>
    [Parameter]
    public int MailboxMessages { get; set; }

    /// <summary>How many bytes of text a mailbox holds; 4 MB by default.</summary>
    [Parameter]
    public long MailboxBytes { get; set; }

    /// <summary>How long mail is kept, 1 minute to 10 years; 7 days by default, and never longer than the name is reserved.</summary>
    [Parameter]
    [Duration]
    public TimeSpan MailLifetime { get; set; }

    /// <summary>How long a name stays reserved after its owner's last sign of life, 1 minute to 10 years; 7 days by default.</summary>
    [Parameter]
    [Duration]
    public TimeSpan NameLifetime { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            ChatRelay relay = ChatRelay.Start(CreateOptions());
            Own.Add(relay);
            WriteVerbose($"The relay listens on {relay.LocalEndPoint}.");
            WriteObject(relay);
        }
        catch (ChatStoreException e)
        {
            throw Terminate(ErrorRecords.StoreFailed(Store!, e));
        }
        catch (ChatRelayStartException e)
        {
            bool isOurs = e.InnerException is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } && ProcessResources.Relays.Any(r => r.Port == Port);
            throw Terminate(isOurs ? ErrorRecords.RelayAlreadyRunning(Port, e) : ErrorRecords.RelayStartFailed(Port, e));
        }
    }

    private ChatRelayOptions CreateOptions()
    {
        var options = new ChatRelayOptions { Port = Port, Address = Address, TimeProvider = ModuleClock.Current };
        options = With(nameof(ClientTimeout), options, o => o with { ClientTimeout = ClientTimeout });
        options = With(nameof(MaxClients), options, o => o with { MaxClients = MaxClients });
        options = With(nameof(MaxClientsPerPrefix), options, o => o with { MaxClientsPerPrefix = MaxClientsPerPrefix });
        options = With(nameof(MaxNameBytes), options, o => o with { MaxNameBytes = MaxNameBytes });
        options = With(nameof(MaxMessageBytes), options, o => o with { MaxMessageBytes = MaxMessageBytes });
        if (Store is not null)
            options = options with { Store = GetUnresolvedProviderPathFromPSPath(Store) };
        options = With(nameof(MailboxMessages), options, o => o with { MailboxMessages = MailboxMessages });
        options = With(nameof(MailboxBytes), options, o => o with { MailboxBytes = MailboxBytes });
        options = With(nameof(MailLifetime), options, o => o with { MailLifetime = MailLifetime });
        options = With(nameof(NameLifetime), options, o => o with { NameLifetime = NameLifetime });
        options = With(nameof(NoticesPerSecond), options, o => o with { NoticesPerSecond = NoticesPerSecond });
        return With(nameof(NoticesPerSecondPerPrefix), options, o => o with { NoticesPerSecondPerPrefix = NoticesPerSecondPerPrefix });
    }
}
