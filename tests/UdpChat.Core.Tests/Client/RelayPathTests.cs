using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using UdpChat.Client;
using UdpChat.Core.Tests.Support;
using UdpChat.Transport;

namespace UdpChat.Core.Tests.Client;

public class RelayPathTests
{
    private static readonly IPAddress A = IPAddress.Parse("192.0.2.1"), B = IPAddress.Parse("2001:db8::2");
    private static readonly SocketException Refused = new((int)SocketError.ConnectionRefused);

    private readonly FakeRelay _relay = new() { Addresses = [A, B] };
    private readonly RelayPath _path;

    public RelayPathTests() => _path = _relay.CreatePath(new ChatServerAddress("chat.example", 9001));

    [Fact]
    public async Task The_addresses_of_a_round_are_opened_one_after_another_at_the_relays_port()
    {
        Assert.False(_path.HasMoreAddresses);
        _path.BeginRound(await _path.LookUpAsync());

        Assert.Equal(new IPEndPoint(A, 9001), _path.OpenNext()!.RemoteEndPoint);
        Assert.True(_path.HasMoreAddresses);
        Assert.Equal(new IPEndPoint(B, 9001), _path.OpenNext()!.RemoteEndPoint);
        Assert.False(_path.HasMoreAddresses);
        Assert.Null(_path.OpenNext());
    }

    [Fact]
    public void The_address_that_led_to_the_relay_ends_its_round_and_begins_the_next()
    {
        _path.BeginRound([A, B, IPAddress.Loopback]);
        _path.OpenNext();
        Assert.Equal(B, _path.OpenNext()!.RemoteEndPoint.Address);
        _path.EndRound(B);
        Assert.False(_path.HasMoreAddresses);

        _path.BeginRound([A, B]);
        Assert.Equal(B, _path.OpenNext()!.RemoteEndPoint.Address);
        Assert.Equal(A, _path.OpenNext()!.RemoteEndPoint.Address);
    }

    [Fact]
    public void An_address_that_can_not_be_opened_is_passed_over_and_its_error_kept()
    {
        _relay.OpenErrors[A] = SocketError.NetworkUnreachable;
        _path.BeginRound([A, B]);

        Assert.Equal(B, _path.OpenNext()!.RemoteEndPoint.Address);
        Assert.Equal(SocketError.NetworkUnreachable, _path.LastError!.SocketErrorCode);
        Assert.False(_path.IsHopeless);
    }

    [Fact]
    public void A_relay_is_hopeless_when_every_address_failed_twice_in_a_row()
    {
        var hopeless = new List<bool>();
        for (int round = 0; round < 2; round++)
        {
            _path.BeginRound([A, B]);
            while (_path.OpenNext() is not null)
            {
                _path.ReportFailure(Refused);
                _path.ReportFailure(Refused); // A socket may report many errors.
                hopeless.Add(_path.IsHopeless);
            }
        }

        Assert.Equal([false, false, false, true], hopeless);
    }

    [Fact]
    public void An_address_that_stayed_silent_begins_the_row_anew()
    {
        _path.BeginRound([A, B]);
        Fail();
        _path.OpenNext(); // Silent.
        _path.BeginRound([A, B]);
        Fail();
        Fail();
        _path.BeginRound([A, B]);
        Fail();
        Assert.False(_path.IsHopeless);

        Fail();

        Assert.True(_path.IsHopeless);
    }

    [Fact]
    public void Anything_from_the_relay_begins_the_row_anew()
    {
        _path.BeginRound([A]);
        Fail();
        _path.ReportSuccess();
        _path.BeginRound([A]);
        Fail();

        Assert.False(_path.IsHopeless);
    }

    [Fact]
    public void Addresses_that_can_not_be_looked_up_now_are_those_of_the_last_round()
    {
        Assert.False(_path.TryBeginRoundAgain());
        _path.BeginRound([A]);
        _path.OpenNext();

        Assert.True(_path.TryBeginRoundAgain());
        Assert.Equal(A, _path.OpenNext()!.RemoteEndPoint.Address);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.1")]
    public async Task An_address_is_its_own_look_up(string host, string expected)
    {
        Assert.Equal([IPAddress.Parse(expected)], await RelayPath.LookUpAsync(host));
    }

    [Fact]
    public async Task The_name_localhost_has_loopback_addresses()
    {
        Assert.All(await RelayPath.LookUpAsync("localhost").InTime(), address => Assert.True(IPAddress.IsLoopback(address)));
    }

    private void Fail()
    {
        using IClientTransport? opened = _path.OpenNext();
        Assert.NotNull(opened);
        _path.ReportFailure(Refused);
    }
}
