using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using UdpChat.Transport;

namespace UdpChat.Client;

/// <summary>Finds the ways to a relay: its host's addresses, one after another, looked up anew after each round.</summary>
internal sealed class RelayPath(ChatServerAddress server, Func<IPEndPoint, IClientTransport> open)
{
    private IPAddress[] _addresses = [];
    private int _next;
    private int _failedInARow;
    private bool _isFailureNoted; // of the address opened last; its socket may report many errors

    /// <summary>Whether every address of the relay has failed twice in a row.</summary>
    public bool IsHopeless => _failedInARow > 0 && _failedInARow >= 2 * _addresses.Length;

    /// <summary>The error that the last failed address reported.</summary>
    public SocketException? LastError { get; private set; }

    /// <summary>Whether there are addresses left in this round.</summary>
    public bool HasMoreAddresses => _next < _addresses.Length;

    /// <summary>Opens a socket to the next address that lets itself be opened.</summary>
    /// <returns>Null if there is none left in this round; <see cref="LastError"/> says why.</returns>
    /// <exception cref="SocketException">The host has no address.</exception>
    public async Task<IClientTransport?> OpenNextAsync()
    {
        if (!HasMoreAddresses)
        {
            _addresses = await LookUpAsync().ConfigureAwait(false);
            _next = 0;
        }
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

    private async Task<IPAddress[]> LookUpAsync()
    {
        if (IPAddress.TryParse(server.Host, out IPAddress? literal))
            return [literal];
        IPAddress[] all = await Dns.GetHostAddressesAsync(server.Host).ConfigureAwait(false);
        IPAddress[] usable = all.Where(a => a.AddressFamily == AddressFamily.InterNetwork || (a.AddressFamily == AddressFamily.InterNetworkV6 && Socket.OSSupportsIPv6)).ToArray();
        return usable.Length > 0 ? usable : throw new SocketException((int)SocketError.HostNotFound);
    }
}
