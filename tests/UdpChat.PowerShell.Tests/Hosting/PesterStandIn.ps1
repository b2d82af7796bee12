# The words of Pester that tests/Pester uses, so that those files run in the bare engine, too: what is tagged pwsh is left
# out. It shows that they are right about the module; that they suit Pester only Pester can show.

$script:all = @{ BeforeAll = @(); BeforeEach = @(); AfterEach = @(); AfterAll = @() }

function BeforeAll([scriptblock] $Block) { $script:all.BeforeAll += $Block }
function BeforeEach([scriptblock] $Block) { $script:all.BeforeEach += $Block }
function AfterEach([scriptblock] $Block) { $script:all.AfterEach += $Block }
function AfterAll([scriptblock] $Block) { $script:all.AfterAll += $Block }

function It([string] $Name, [scriptblock] $Block, [object[]] $ForEach = @(@{}), [string] $Tag) {
    if ($Tag -eq 'pwsh') { return }
    foreach ($case in $ForEach) {
        $script:its += @{ Name = $Name; Block = $Block; Case = $case }
    }
}

function Describe([string] $Name, [scriptblock] $Block) {
    $script:its = @()
    . $Block
    foreach ($before in $script:all.BeforeAll) { . $before }
    try {
        foreach ($it in $script:its) {
            try {
                & {
                    foreach ($variable in $it.Case.GetEnumerator()) { $ExecutionContext.SessionState.PSVariable.Set($variable.Key, $variable.Value) }
                    foreach ($before in $script:all.BeforeEach) { . $before }
                    try { . $it.Block } finally { foreach ($after in $script:all.AfterEach) { . $after } }
                }
                "passed: $Name $($it.Name)"
            } catch {
                "FAILED: $Name $($it.Name): $_ $($_.ScriptStackTrace)"
            }
        }
    } finally {
        foreach ($after in $script:all.AfterAll) { . $after }
    }
}

function Should {
    param(
        [Parameter(ValueFromPipeline)] [object] $Actual,
        [switch] $Not, [object] $Be, [switch] $BeTrue, [switch] $BeFalse, [switch] $BeNullOrEmpty, [object] $BeGreaterThan,
        [int] $HaveCount, [type] $BeOfType, [switch] $Throw, [string] $ErrorId, [string] $ExpectedMessage
    )
    begin { $values = @() }
    process { $values += , $Actual }
    end {
        $given = $PSBoundParameters
        $first = if ($values.Count) { $values[0] }
        $holds = switch ($true) {
            $given.ContainsKey('Be') { $values.Count -eq @($Be).Count -and -not @(for ($i = 0; $i -lt $values.Count; $i++) { if ($values[$i] -ne @($Be)[$i]) { $true } }) }
            $BeTrue { $first -eq $true }
            $BeFalse { $first -eq $false }
            $BeNullOrEmpty { -not @($values | Where-Object { "$_" }) }
            $given.ContainsKey('BeGreaterThan') { $first -gt $BeGreaterThan }
            $given.ContainsKey('HaveCount') { $values.Count -eq $HaveCount }
            $given.ContainsKey('BeOfType') { $first -is $BeOfType }
            $Throw {
                $thrown = $null
                try { $null = & $first } catch { $thrown = $_ }
                $thrown -and (-not $ErrorId -or $thrown.FullyQualifiedErrorId -eq $ErrorId) -and (-not $ExpectedMessage -or $thrown.Exception.Message -like $ExpectedMessage)
                $first = $thrown
            }
        }
        if ($holds -eq [bool]$Not) { throw "not as it should be: $values ($($given.Keys) $Be $BeGreaterThan $ErrorId $ExpectedMessage) $first" }
    }
}
