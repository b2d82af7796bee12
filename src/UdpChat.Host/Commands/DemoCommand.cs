using System;
using System.CommandLine;
using System.IO;
using System.Threading.Tasks;
using UdpChat.Host.Demo;
using UdpChat.Host.Scripting;

namespace UdpChat.Host.Commands;

/// <summary><c>udpchat demo</c>: a relay, two PowerShell users and a netcat-like peer chat in this process.</summary>
internal sealed class DemoCommand : Command
{
    /// <summary>Between two steps, so that a person can follow.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.1);

    public DemoCommand()
        : base("demo", "Shows a relay, two PowerShell users and a netcat-like peer chatting on 127.0.0.1, and says what to type next.") =>
        SetAction((_, _) => RunAsync());

    private static async Task<int> RunAsync()
    {
        // What its users keep is theirs, and not of the person who looks on.
        DirectoryInfo folder = Directory.CreateTempSubdirectory("udpchat-demo-");
        try
        {
            Environment.SetEnvironmentVariable("UDPCHAT_DATA", folder.FullName);
            var demo = new ChatDemo(Console.Out, Console.IsOutputRedirected ? TimeSpan.Zero : Pause);
            await demo.RunAsync();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        await Console.Out.WriteLineAsync($"""

            Now try it yourself, in three terminals:
              {CommandText()} relay
              {CommandText()} chat --name Annie --server 127.0.0.1
              nc -u 127.0.0.1 {ChatServerAddress.DefaultPort}
            In the third, type 'REGISTER: Carol' and 'SENDTO:Annie: hi'; in the second, 'Carol: hi'.
            In PowerShell, instead of the second:
              Import-Module {FromHere(ScriptRunner.ManifestPath)}
              Connect-ChatServer -Name Annie -Server 127.0.0.1
              Receive-ChatMessage -Wait
            """);
        return Tool.Success;
    }

    /// <summary>How this program can be started from here.</summary>
    private static string CommandText()
    {
        string process = Environment.ProcessPath ?? Tool.Name;
        if (Path.GetFileNameWithoutExtension(process) != Tool.Name)
            return $"dotnet {FromHere(Path.Combine(AppContext.BaseDirectory, Tool.Name + ".dll"))}";
        string[] searched = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return Array.IndexOf(searched, Path.GetDirectoryName(process)) >= 0 ? Tool.Name : FromHere(process);
    }

    private static string FromHere(string path)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        string text = relative.StartsWith("..", StringComparison.Ordinal) ? path : Path.Combine(".", relative);
        return text.Contains(' ') ? $"\"{text}\"" : text;
    }
}
