using System.IO;

namespace UdpChat.Host.Scripting;

/// <summary>Where a script's words go.</summary>
/// <param name="Output">Its output, and what it says to its user.</param>
/// <param name="Error">Its errors, warnings and verbose words.</param>
internal sealed record ScriptConsole(TextWriter Output, TextWriter Error);
