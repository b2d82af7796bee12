using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using UdpChat.Transport;

namespace UdpChat.Client;

/// <summary>The ways to a relay: its host's addresses, one after another, looked up anew after each round.</summary>
internal sealed class RelayPath(ChatServerAddress server, Func<string, Task<IPAddress[]>> lookUp, Func<IPEndPoint, IClientTransport> open)
{
    private IPAddress[] _addresses = [];
    private IPAddress? _found; // the last address by which the relay was reached
    private int _next;
    private int _failedInARow;
    private bool _isFailureNoted = true; // of the address opened last; its socket may report many errors

    /// <summary>Whether every address of the relay has failed twice in a row.</summary>
    public bool IsHopeless => _failedInARow > 0 && _failedInARow >= 2 * _addresses.Length;

    /// <summary>The error that the last failed address reported.</summary>
    public SocketException? LastError { get; private set; }

    /// <summary>Whether there are addresses left in this round.</summary>
    public bool HasMoreAddresses => _next < _addresses.Length;

    /// <summary>Looks up the addresses of a host: how it is done outside of tests.</summary>
    /// <exception cref="SocketException">It has none, or they can't be found out now.</exception>
    /// <exception cref="ArgumentException">No host can have that name.</exception>
    public static async Task<IPAddress[]> LookUpAsync(string host)
    {
        if (IPAddress.TryParse(host, out IPAddress? literal))
            return [literal];
        IPAddress[] all = await Dns.GetHostAddressesAsync(host).ConfigureAwait(false);
        IPAddress[] usable = all.Where(a => a.AddressFamily == AddressFamily.InterNetwork || (a.AddressFamily == AddressFamily.InterNetworkV6 && Socket.OSSupportsIPv6)).ToArray();
        return usable.Length > 0 ? usable : throw new SocketException((int)SocketError.HostNotFound);
    }

    /// <summary>Looks up the relay's addresses.</summary>
    /// <inheritdoc cref="LookUpAsync(string)"/>
    public Task<IPAddress[]> LookUpAsync() => lookUp(server.Host);

    /// <summary>Begins a round over these addresses.</summary>
    public void BeginRound(IPAddress[] addresses)
    {
        _addresses = [.. addresses.OrderBy(a => a.Equals(_found) ? 0 : 1)];
        _next = 0;
    }

    /// <summary>Begins a round over the addresses of the last one, because they can't be looked up now.</summary>
    /// <returns>False if there was none.</returns>
    public bool TryBeginRoundAgain()
    {
        _next = 0;
        return _addresses.Length > 0;
    }

    /// <summary>Opens a socket to the next address that lets itself be opened.</summary>
    /// <returns>Null if there is none left in this round; <see cref="LastError"/> says why.</returns>
    public IClientTransport? OpenNext()
    {
        if (!_isFailureNoted)
            _failedInARow = 0; // The last one was silent, which is no failure.
        while (HasMoreAddresses)
        {
            _isFailureNoted = false;
            try
            {
                return open(new IPEndPoint(_addresses[_next++], server.Port));
            }
            catch (SocketException e)
            {
                ReportFailure(e);
            }
        }
        return null;
    }

    /// <summary>Notes that the address opened last doesn't work.</summary>
    public void ReportFailure(SocketException error)
    {
        LastError = error;
        if (!_isFailureNoted)
            _failedInARow++;
        _isFailureNoted = true;
    }

    /// <summary>Notes that something came back from the relay.</summary>
    public void ReportSuccess() => _failedInARow = 0;

    /// <summary>Ends the round, because an address has led to the relay; the next one begins with it, if the host still has it.</summary>
    public void EndRound(IPAddress found)
    {
        _next = _addresses.Length;
        _found = found;
    }
}
