using System;
using System.Net;
using UdpChat;

int port = int.Parse(args[Array.IndexOf(args, "--port") + 1], System.Globalization.CultureInfo.InvariantCulture);
using ChatRelay relay = ChatRelay.Start(new ChatRelayOptions { Address = IPAddress.Loopback, Port = port, NoticesPerSecond = 0, NoticesPerSecondPerPrefix = 0, MaxClientsPerPrefix = 0 });
Console.WriteLine($"listening on {relay.LocalEndPoint}");
await relay.Completion;
