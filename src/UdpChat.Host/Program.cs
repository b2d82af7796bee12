using System.Globalization;
using UdpChat.Host;

// Numbers are read and written the same on every machine.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return await Tool.RunAsync(args);
