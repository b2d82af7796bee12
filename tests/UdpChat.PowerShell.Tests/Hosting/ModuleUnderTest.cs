using System;
using System.IO;
using System.Reflection;

namespace UdpChat.ModuleTests.Hosting;

/// <summary>Where the module is that is tested: the one staged in the checkout, or what UDPCHAT_TEST_MODULE names.</summary>
internal static class ModuleUnderTest
{
    public const string PathVariable = "UDPCHAT_TEST_MODULE";

    public static string RepositoryRoot { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>The manifest, as Import-Module takes it.</summary>
    public static string Manifest { get; } = Environment.GetEnvironmentVariable(PathVariable) ?? Path.Combine(RepositoryRoot, "UdpChat.psd1");

    public static string Folder { get; } = Path.GetDirectoryName(Manifest)!;

    /// <summary>What the module takes for its clock.</summary>
    public static TimeProvider Clock
    {
        get => (TimeProvider)ClockProperty.GetValue(null)!;
        set => ClockProperty.SetValue(null, value);
    }

    private static PropertyInfo ClockProperty { get; } = Assembly.LoadFrom(Path.Combine(Folder, "lib", "net8.0", "UdpChat.PowerShell.dll"))
        .GetType("UdpChat.State.ModuleClock", throwOnError: true)!.GetProperty("Current")!;

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "UdpChat.psd1")) ? folder : FindRoot(Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar))!);
}
