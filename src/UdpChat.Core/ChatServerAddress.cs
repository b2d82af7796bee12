using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using UdpChat.Protocol.Wire;

namespace UdpChat;

/// <summary>Where a relay is: a host name or an IP address, and a UDP port.</summary>
/// <param name="Host">The host name or IP address, without brackets.</param>
/// <param name="Port">The UDP port, 1 to 65535.</param>
/// <exception cref="ArgumentException">The host is neither a host name nor an IP address.</exception>
/// <exception cref="ArgumentOutOfRangeException">The port is not 1 to 65535.</exception>
public sealed record ChatServerAddress(string Host, int Port)
{
    /// <summary>The port of a relay when none is given: 9000.</summary>
    public const int DefaultPort = WireLimits.DefaultPort;

    /// <summary>The host name or IP address, without brackets.</summary>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public string Host { get; init => field = CheckedHost(value); } = CheckedHost(Host);

    /// <summary>The UDP port, 1 to 65535.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public int Port { get; init => field = CheckedPort(value); } = CheckedPort(Port);

    /// <summary>Reads <c>host</c>, <c>host:port</c>, <c>192.0.2.1:9000</c>, <c>[2001:db8::1]:9000</c> or <c>2001:db8::1</c>; without a port it is 9000.</summary>
    /// <exception cref="FormatException">It is none of these, or the port is not 1 to 65535.</exception>
    public static ChatServerAddress Parse(string text) => TryParse(text, out ChatServerAddress? address, out string? error) ? address : throw new FormatException(error);

    /// <summary>The same without an exception.</summary>
    /// <param name="text">What to read.</param>
    /// <param name="address">The address.</param>
    /// <param name="error">What is wrong, and how to write it.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ChatServerAddress? address, [NotNullWhen(false)] out string? error) =>
        TryParse(text, null, out address, out error);

    /// <summary>The same with a port that was given apart; then the text must not have one, too.</summary>
    /// <param name="text">What to read.</param>
    /// <param name="givenPort">The port, 1 to 65535, or null if it is in the text, or 9000.</param>
    /// <param name="address">The address.</param>
    /// <param name="error">What is wrong, and how to write it.</param>
    public static bool TryParse(string? text, int? givenPort, [NotNullWhen(true)] out ChatServerAddress? address, [NotNullWhen(false)] out string? error)
    {
        address = null;
        error = null;
        string host = text?.Trim() ?? "";
        int port = givenPort ?? DefaultPort;
        int colon = host.LastIndexOf(':');
        // More than one colon without brackets is an IPv6 address, and all of it.
        if (colon > host.LastIndexOf(']') && (host[0] == '[' || host.IndexOf(':') == colon))
        {
            string digits = host.Substring(colon + 1);
            host = host.Substring(0, colon);
            if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out port) || !IsPort(port))
            {
                error = $"'{digits}' is not a UDP port; write host:port with a port from 1 to 65535, as in example.org:{DefaultPort}.";
                return false;
            }
            if (givenPort is not null)
            {
                error = $"The port is given twice, in '{text}' and as {givenPort}; give it once.";
                return false;
            }
        }
        if (!IsPort(port))
        {
            error = $"'{port}' is not a UDP port; give one from 1 to 65535.";
            return false;
        }
        bool isBracketed = host.Length > 1 && host[0] == '[' && host[host.Length - 1] == ']';
        if (isBracketed)
            host = host.Substring(1, host.Length - 2);
        if (!IsHost(host) || (isBracketed && !IsIPv6Text(host)))
        {
            error = $"'{text}' is not a relay's address; write host, host:port, 192.0.2.1:{DefaultPort} or [2001:db8::1]:{DefaultPort}.";
            return false;
        }
        address = new ChatServerAddress(host, port);
        return true;
    }

    /// <summary>The address as <see cref="Parse"/> reads it, always with the port.</summary>
    public override string ToString() => IsIPv6Text(Host)
        ? $"[{Host}]:{Port.ToString(CultureInfo.InvariantCulture)}"
        : $"{Host}:{Port.ToString(CultureInfo.InvariantCulture)}";

    private static string CheckedHost(string host) => host is not null && IsHost(host)
        ? host
        : throw new ArgumentException($"'{host}' is neither a host name nor an IP address.", nameof(host));

    private static int CheckedPort(int port) => IsPort(port)
        ? port
        : throw new ArgumentOutOfRangeException(nameof(port), port, "The port must be from 1 to 65535.");

    private static bool IsPort(int port) => port is >= 1 and <= 65535;

    /// <summary>Whether it is a host name or an IP address. A number alone, which .NET takes for an IPv4 address, is a port whose host was forgotten.</summary>
    private static bool IsHost(string host) => IsIPv6Text(host)
        ? host[0] != '[' && IPAddress.TryParse(host, out IPAddress? ip) && ip.AddressFamily == AddressFamily.InterNetworkV6
        : Uri.CheckHostName(host) != UriHostNameType.Unknown && !host.All(c => c is >= '0' and <= '9');

    private static bool IsIPv6Text(string host) => host.Contains(':');
}
