using System.Globalization;
using UdpChat.Testing.CommandLine;

// Numbers are read and written the same on every machine.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return await new ProxyCommand().Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = null });
