using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using UdpChat.ModuleTests.Hosting;

namespace UdpChat.ModuleTests;

public class LoadedModuleTests : ModuleTest
{
    private static readonly string[] Ours = ["UdpChat.Core", "UdpChat.PowerShell", "UdpChat.Protocol"];

    [Fact]
    public void Every_assembly_of_ours_comes_from_the_staged_folder()
    {
        IEnumerable<string> loaded = AppDomain.CurrentDomain.GetAssemblies()
            .Where(a => a.GetName().Name!.StartsWith("UdpChat.", StringComparison.Ordinal) && a != Assembly.GetExecutingAssembly())
            .Select(a => a.Location)
            .Order();

        string lib = Path.Combine(ModuleUnderTest.Folder, "lib", "net8.0");
        Assert.Equal(Ours.Select(name => Path.Combine(lib, $"{name}.dll")), loaded);
    }

    [Fact]
    public void The_module_exports_its_cmdlets_and_nothing_else()
    {
        Assert.Equal(
            "Connect-ChatServer Disconnect-ChatServer Get-ChatConnection Get-ChatRelay Receive-ChatMessage Send-ChatMessage Start-ChatRelay Stop-ChatRelay Wait-ChatMessage",
            string.Join(' ', Shell.Run("(Get-Module UdpChat).ExportedCommands.Keys").Select(k => k.ToString()).Order()));
    }

    [Fact]
    public void The_manifest_is_valid_and_has_the_version_of_the_assemblies()
    {
        Assert.Equal("UdpChat", Shell.Get<string>("(Test-ModuleManifest $Manifest).Name"));
        string version = Shell.Get<string>("(Test-ModuleManifest $Manifest).Version.ToString()");
        Assert.Equal(version, AssemblyName.GetAssemblyName(Library("net8.0", "UdpChat.PowerShell")).Version!.ToString(3));
    }

    [Fact]
    public void For_current_PowerShell_the_module_brings_only_its_own_assemblies()
    {
        Assert.Equal(Ours, Assemblies("net8.0"));
    }

    [Fact]
    public void For_Windows_PowerShell_every_assembly_that_is_referenced_and_shipped_is_shipped_in_that_very_version()
    {
        Dictionary<string, Version> shipped = Assemblies("netstandard2.0").ToDictionary(name => name, name => AssemblyName.GetAssemblyName(Library("netstandard2.0", name)).Version!);
        var wrong = new List<string>();
        foreach (string name in shipped.Keys)
        {
            using var file = new PEReader(File.OpenRead(Library("netstandard2.0", name)));
            MetadataReader metadata = file.GetMetadataReader();
            foreach (AssemblyReference reference in metadata.AssemblyReferences.Select(metadata.GetAssemblyReference))
            {
                string to = metadata.GetString(reference.Name);
                if (shipped.TryGetValue(to, out Version? version) ? version != reference.Version : to is not ("netstandard" or "System.Management.Automation"))
                    wrong.Add($"{name} -> {to} {reference.Version}");
            }
        }
        Assert.Empty(wrong);
        Assert.All(Ours, name => Assert.Contains(name, shipped.Keys));
        Assert.DoesNotContain("System.Management.Automation", shipped.Keys);
    }

    [Theory]
    [InlineData("net8.0", "linux-arm64 linux-musl-x64 linux-x64 osx-arm64 osx-x64 win-arm64 win-x64")]
    [InlineData("netstandard2.0", "win-arm64 win-x64")]
    public void What_a_store_needs_is_in_a_folder_of_its_own(string framework, string platforms)
    {
        string folder = Path.Combine(ModuleUnderTest.Folder, "lib", framework, "sqlite");
        IEnumerable<string> files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/'));
        IEnumerable<string> native = platforms.Split(' ').Select(p => $"runtimes/{p}/native/{p[..3] switch { "win" => "e_sqlite3.dll", "osx" => "libe_sqlite3.dylib", _ => "libe_sqlite3.so" }}");

        Assert.Equal(
            native.Concat(["Microsoft.Data.Sqlite.dll", "SQLitePCLRaw.batteries_v2.dll", "SQLitePCLRaw.core.dll", "SQLitePCLRaw.provider.e_sqlite3.dll", "UdpChat.Sqlite.dll"]).Order(),
            files.Order());
    }

    [Theory]
    [InlineData("net8.0")]
    [InlineData("netstandard2.0")]
    public void Every_assembly_that_a_store_refers_to_is_there(string framework)
    {
        string[] shipped = [.. Assemblies(framework), .. Assemblies($"{framework}/sqlite")];
        var missing = new List<string>();
        foreach (string path in Directory.GetFiles(Path.Combine(ModuleUnderTest.Folder, "lib", framework, "sqlite"), "*.dll"))
        {
            using var file = new PEReader(File.OpenRead(path));
            MetadataReader metadata = file.GetMetadataReader();
            missing.AddRange(metadata.AssemblyReferences.Select(r => metadata.GetString(metadata.GetAssemblyReference(r).Name)).Except(shipped));
        }

        // The rest is of .NET itself.
        Assert.DoesNotContain(missing.Distinct(), name => name != "netstandard" && (framework == "netstandard2.0" || !name.StartsWith("System.", StringComparison.Ordinal)));
    }

    [Fact]
    public void Importing_the_module_loads_nothing_of_a_store()
    {
        Assert.DoesNotContain(AppDomain.CurrentDomain.GetAssemblies(), a => a.GetName().Name!.Contains("Sqlite", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void The_format_file_names_only_properties_that_there_are()
    {
        Connect("Bob");
        var views = System.Xml.Linq.XDocument.Load(Path.Combine(ModuleUnderTest.Folder, "UdpChat.Format.ps1xml"));
        Assembly[] assemblies = AppDomain.CurrentDomain.GetAssemblies();
        var columns = from view in views.Descendants("View")
                      let type = assemblies.Select(a => a.GetType(view.Descendants("TypeName").First().Value)).First(t => t is not null)
                      from property in view.Descendants("PropertyName")
                      select (type, property.Value);
        Assert.All(columns, c => Assert.NotNull(c.type.GetProperty(c.Value)));
        Assert.Equal(3, columns.Select(c => c.type).Distinct().Count());
    }

    private static string Library(string framework, string name) => Path.Combine(ModuleUnderTest.Folder, "lib", framework, $"{name}.dll");

    private static IEnumerable<string> Assemblies(string framework) =>
        Directory.GetFiles(Path.Combine(ModuleUnderTest.Folder, "lib", framework)).Select(f => Path.GetFileNameWithoutExtension(f)).Order();
}
