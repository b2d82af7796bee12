using System;
using System.Linq;
using System.Management.Automation;

namespace UdpChat.Commands;

/// <summary>
/// A name as a user writes it to mean one or more: as it is, or as a wildcard. Names may hold <c>[</c>, <c>]</c> and
/// <c>?</c>, so both are tried.
/// </summary>
internal sealed class NamePattern
{
    private readonly string _name;
    private readonly WildcardPattern? _wildcard;

    public NamePattern(string text)
    {
        try
        {
            _name = text.Normalize();
        }
        catch (ArgumentException)
        {
            _name = text; // Not well-formed Unicode: nobody has that name.
        }
        try
        {
            var wildcard = new WildcardPattern(_name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
            wildcard.IsMatch(""); // throws if a bracket is not closed; then it can only be a name
            _wildcard = wildcard;
        }
        catch (WildcardPatternException)
        {
        }
    }

    /// <summary>Whether it can mean more than the name that it is.</summary>
    public bool IsWildcard => _wildcard is not null && WildcardPattern.ContainsWildcardCharacters(_name);

    /// <summary>Whether it is this name.</summary>
    public bool IsExactly(string name) => string.Equals(_name, name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is this name, or stands for it as a wildcard.</summary>
    public bool Matches(string name) => IsExactly(name) || _wildcard?.IsMatch(name) == true;

    /// <summary>A test for names that match one of these; null if there are none, which means any name.</summary>
    public static Predicate<string>? AnyOf(string[]? texts)
    {
        if (texts is null || texts.Length == 0)
            return null;
        NamePattern[] patterns = texts.Select(t => new NamePattern(t)).ToArray();
        return name => patterns.Any(p => p.Matches(name));
    }
}
