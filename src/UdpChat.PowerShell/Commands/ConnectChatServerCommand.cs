using System;
using System.Linq;
using System.Management.Automation;
using System.Net;
using System.Security;
using UdpChat.Errors;
using UdpChat.State;

namespace UdpChat.Commands;

/// <summary>
/// Connects to a relay under a name, and keeps receiving and staying registered in the background. The connection
/// becomes the default of this runspace.
/// </summary>
[Cmdlet(VerbsCommunications.Connect, "ChatServer")]
[OutputType(typeof(ChatConnection))]
public sealed class ConnectChatServerCommand : ChatCommand
{
    /// <summary>The name to register.</summary>
    // Null and empty come through to our own errors, after which this runspace has no default: a script whose variable
    // is not set must not go on under an older name.
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string Name { get; set; } = "";

    /// <summary>The relay: <c>host</c>, <c>host:port</c> or <c>[IPv6 address]:port</c>.</summary>
    [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ComputerName")]
    [AllowNull]
    [AllowEmptyString]
    public string Server { get; set; } = "";

    /// <summary>The relay's UDP port, if it isn't in <see cref="Server"/>; 9000 by default.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, 65535)]
    public int Port { get; set; }

    /// <summary>The longest time between two heartbeats, 1 s to 1 h; 30 s by default.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Duration]
    public TimeSpan HeartbeatInterval { get; set; }

    /// <summary>How long to try, 1 s to 1 h; 5 s by default.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Duration]
    public TimeSpan Timeout { get; set; }

    /// <summary>
    /// The token that proves that the name is yours, as 32 hexadecimal digits, when it comes from another computer. By default
    /// the one that this computer keeps for the name and relay. It is kept from then on.
    /// </summary>
    [Parameter]
    [SecretToken]
    public SecureString? Token { get; set; }

    /// <summary>Ends an open connection of the same name to the same relay, and connects anew.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        Own.HasFailedToConnect = true; // until it has not
        ChatConnection connection = Create();
        ChatConnection? open = ProcessResources.Connections.FirstOrDefault(c => IsSame(c.Client, connection.Client));
        if (open is not null && !Force)
        {
            connection.Client.Dispose();
            WriteVerbose($"{open} is open already; -Force connects anew.");
            connection = open;
        }
        else
        {
            if (open is not null)
                Await(open.DisconnectAsync(ChatClient.DefaultLeaveTimeout), open);
            Connect(connection);
        }
        Own.Add(connection);
        WriteObject(connection);
    }

    private ChatConnection Create()
    {
        if (!ChatServerAddress.TryParse(Server, Port == 0 ? null : Port, out ChatServerAddress? address, out string? error))
            throw Terminate(ErrorRecords.InvalidServer(Server, error));
        var options = new ChatClientOptions { Name = Name ?? "", Server = address, TimeProvider = ModuleClock.Current };
        options = With(nameof(HeartbeatInterval), options, o => o with { HeartbeatInterval = HeartbeatInterval });
        options = With(nameof(Timeout), options, o => o with { ConnectTimeout = Timeout });
        try
        {
            if (Token is not null)
                options = options with { Token = TokenText };
            return new ChatConnection(options);
        }
        catch (ArgumentException)
        {
            throw Terminate(ErrorRecords.ConnectFailed(new ChatTokenException("-Token is not a token; a token is 32 hexadecimal digits.")));
        }
        catch (ChatNameException e)
        {
            throw Terminate(ErrorRecords.ConnectFailed(e));
        }
    }

    private string TokenText => new NetworkCredential("", Token).Password;

    private void Connect(ChatConnection connection)
    {
        WriteVerbose($"Connecting {Trace(connection)}.");
        try
        {
            Await(connection.Client.ConnectAsync(StopToken), connection);
            // Only one that the relay knows takes the place of the one that is kept.
            if (Token is not null)
                ChatClient.ImportToken(connection.Client.Server, connection.Name, TokenText);
        }
        catch (ChatException e)
        {
            throw Terminate(ErrorRecords.ConnectFailed(e));
        }
        catch
        {
            // Stopped, or by a warning that the user made an error; it may have connected at the last moment.
            connection.Client.Dispose();
            throw;
        }
        WriteVerbose($"{connection.LocalEndPoint} is connected to {connection.RemoteEndPoint}; a heartbeat goes out at least every {connection.HeartbeatInterval.TotalSeconds:0.#} s.");
    }

    private static bool IsSame(ChatClient one, ChatClient other) =>
        string.Equals(one.Name, other.Name, StringComparison.OrdinalIgnoreCase)
        && string.Equals(one.Server.Host, other.Server.Host, StringComparison.OrdinalIgnoreCase)
        && one.Server.Port == other.Server.Port;
}
