//! The stable codes of every diagnostic. Generated from `catalogue.json`; edit that, not this file.

use super::Severity;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum Code {
    UnexpectedCharacter = 1001,
    UnterminatedString = 1002,
    UnterminatedTemplate = 1003,
    UnterminatedComment = 1004,
    InvalidNumber = 1005,
    NameAfterNumber = 1006,
    UnknownEscape = 1007,
    MixedAlphabets = 1008,
    MalformedEscape = 1009,
    UnterminatedRegex = 1010,
    UnexpectedToken = 2001,
    ExpectedToken = 2002,
    MissingSemicolon = 2003,
    UnclosedBracket = 2004,
    ExpectedExpression = 2005,
    ExpectedType = 2006,
    ExpectedName = 2007,
    ExpectedMemberName = 2008,
    ExpectedClassMember = 2009,
    MultipleDefault = 2010,
    ExpectedCase = 2011,
    IncompleteConditionalType = 2012,
    BadImport = 2013,
    BadExport = 2014,
    TryWithoutHandler = 2015,
    UnsupportedSyntax = 2016,
    InvalidAssignmentTarget = 2017,
    MisspelledKeyword = 2018,
    ReservedJsWord = 2019,
    RestNotLast = 2020,
    ModuleDeclarationNested = 2021,
    MixedNullish = 2022,
    UnaryBeforePower = 2023,
    NestingTooDeep = 2024,
    DocumentedSpelling = 2025,
    EmptySubstitution = 2026,
    DuplicateConstructor = 2027,
    UndefinedName = 3001,
    UndefinedType = 3002,
    DuplicateDeclaration = 3003,
    UseBeforeDeclaration = 3004,
    TypeUsedAsValue = 3005,
    ValueUsedAsType = 3006,
    DuplicateParameter = 3007,
    TypeMismatch = 3101,
    AssignmentMismatch = 3102,
    MissingProperty = 3103,
    ExcessProperty = 3104,
    TupleLength = 3105,
    ElementMismatch = 3106,
    PropertyMismatch = 3107,
    CircularType = 3108,
    TypeArgumentCount = 3109,
    BadOperand = 3110,
    NoOverlap = 3111,
    NotIterable = 3112,
    NullNotAllowed = 3113,
    ConstraintNotMet = 3114,
    ArgumentCount = 3201,
    ArgumentType = 3202,
    NotCallable = 3203,
    ReturnMismatch = 3204,
    MissingReturn = 3205,
    VoidReturnsValue = 3206,
    RequiredAfterOptional = 3207,
    NotConstructable = 3208,
    UnknownProperty = 3301,
    ReadonlyWrite = 3303,
    ConstAssignment = 3304,
    PossiblyNull = 3305,
    TupleIndex = 3306,
    PrivateAccess = 3307,
    ProtectedAccess = 3308,
    StaticInstance = 3309,
    UnknownBuiltinMember = 3310,
    UnknownNamespaceMember = 3311,
    UnknownNotNarrowed = 3312,
    ImportAssignment = 3313,
    BaseClassNotFound = 3401,
    InvalidExtends = 3402,
    CircularInheritance = 3403,
    BaseClassLater = 3404,
    InterfaceNotFound = 3405,
    InterfaceMemberMissing = 3406,
    InterfaceMemberMismatch = 3407,
    AbstractInstantiation = 3408,
    AbstractMemberMissing = 3409,
    IncompatibleOverride = 3410,
    MissingSuperCall = 3411,
    SuperOutside = 3412,
    DuplicateMember = 3413,
    AbstractInConcreteClass = 3414,
    ConstWithoutValue = 3501,
    ReturnOutsideFunction = 3502,
    BreakOutsideLoop = 3503,
    ContinueOutsideLoop = 3504,
    AwaitOutsideAsync = 3505,
    UnreachableCode = 3506,
    CaseNeverMatches = 3507,
    DuplicateCase = 3508,
    UsedBeforeAssigned = 3509,
    UnusedName = 3601,
    ModuleNotFound = 4001,
    FileNotFound = 4002,
    OutsideProject = 4003,
    PackageMainEscapes = 4004,
    BadPackageJson = 4005,
    BaseUrlRequired = 4006,
    ExportNotFound = 4007,
    SpecifierRefused = 4008,
    AmbiguousExport = 4009,
    ExportUndeclared = 4010,
    DuplicateExport = 4011,
    ReadFailed = 5001,
    ModuleHasErrors = 5002,
    CircularDependency = 5003,
    EntryFailed = 5004,
    MissingDependency = 5005,
    BadEncoding = 5006,
    StaleCopy = 5007,
    UnsupportedFormat = 6001,
    BundleFailed = 6002,
    EntryNotAbsolute = 6003,
    EntryMissing = 6004,
    DynamicRequire = 6005,
    ModuleTooLarge = 6006,
    BadSourceMap = 6007,
    MinifyUnavailable = 6008,
    MinifyFailed = 6009,
    WriteFailed = 6010,
    NotInBundle = 6011,
    TopLevelAwait = 6012,
    ConfigReadFailed = 7001,
    ConfigNotJson = 7002,
    ConfigBadValue = 7003,
    ConfigUnknownOption = 7004,
    InputNotFound = 7005,
    DirectoryExists = 7006,
    RunFailed = 7007,
    TooManyErrors = 9001,
    InternalError = 9002,
}

impl Code {
    /// In ascending order.
    pub const ALL: &'static [Code] = &[
        Code::UnexpectedCharacter,
        Code::UnterminatedString,
        Code::UnterminatedTemplate,
        Code::UnterminatedComment,
        Code::InvalidNumber,
        Code::NameAfterNumber,
        Code::UnknownEscape,
        Code::MixedAlphabets,
        Code::MalformedEscape,
        Code::UnterminatedRegex,
        Code::UnexpectedToken,
        Code::ExpectedToken,
        Code::MissingSemicolon,
        Code::UnclosedBracket,
        Code::ExpectedExpression,
        Code::ExpectedType,
        Code::ExpectedName,
        Code::ExpectedMemberName,
        Code::ExpectedClassMember,
        Code::MultipleDefault,
        Code::ExpectedCase,
        Code::IncompleteConditionalType,
        Code::BadImport,
        Code::BadExport,
        Code::TryWithoutHandler,
        Code::UnsupportedSyntax,
        Code::InvalidAssignmentTarget,
        Code::MisspelledKeyword,
        Code::ReservedJsWord,
        Code::RestNotLast,
        Code::ModuleDeclarationNested,
        Code::MixedNullish,
        Code::UnaryBeforePower,
        Code::NestingTooDeep,
        Code::DocumentedSpelling,
        Code::EmptySubstitution,
        Code::DuplicateConstructor,
        Code::UndefinedName,
        Code::UndefinedType,
        Code::DuplicateDeclaration,
        Code::UseBeforeDeclaration,
        Code::TypeUsedAsValue,
        Code::ValueUsedAsType,
        Code::DuplicateParameter,
        Code::TypeMismatch,
        Code::AssignmentMismatch,
        Code::MissingProperty,
        Code::ExcessProperty,
        Code::TupleLength,
        Code::ElementMismatch,
        Code::PropertyMismatch,
        Code::CircularType,
        Code::TypeArgumentCount,
        Code::BadOperand,
        Code::NoOverlap,
        Code::NotIterable,
        Code::NullNotAllowed,
        Code::ConstraintNotMet,
        Code::ArgumentCount,
        Code::ArgumentType,
        Code::NotCallable,
        Code::ReturnMismatch,
        Code::MissingReturn,
        Code::VoidReturnsValue,
        Code::RequiredAfterOptional,
        Code::NotConstructable,
        Code::UnknownProperty,
        Code::ReadonlyWrite,
        Code::ConstAssignment,
        Code::PossiblyNull,
        Code::TupleIndex,
        Code::PrivateAccess,
        Code::ProtectedAccess,
        Code::StaticInstance,
        Code::UnknownBuiltinMember,
        Code::UnknownNamespaceMember,
        Code::UnknownNotNarrowed,
        Code::ImportAssignment,
        Code::BaseClassNotFound,
        Code::InvalidExtends,
        Code::CircularInheritance,
        Code::BaseClassLater,
        Code::InterfaceNotFound,
        Code::InterfaceMemberMissing,
        Code::InterfaceMemberMismatch,
        Code::AbstractInstantiation,
        Code::AbstractMemberMissing,
        Code::IncompatibleOverride,
        Code::MissingSuperCall,
        Code::SuperOutside,
        Code::DuplicateMember,
        Code::AbstractInConcreteClass,
        Code::ConstWithoutValue,
        Code::ReturnOutsideFunction,
        Code::BreakOutsideLoop,
        Code::ContinueOutsideLoop,
        Code::AwaitOutsideAsync,
        Code::UnreachableCode,
        Code::CaseNeverMatches,
        Code::DuplicateCase,
        Code::UsedBeforeAssigned,
        Code::UnusedName,
        Code::ModuleNotFound,
        Code::FileNotFound,
        Code::OutsideProject,
        Code::PackageMainEscapes,
        Code::BadPackageJson,
        Code::BaseUrlRequired,
        Code::ExportNotFound,
        Code::SpecifierRefused,
        Code::AmbiguousExport,
        Code::ExportUndeclared,
        Code::DuplicateExport,
        Code::ReadFailed,
        Code::ModuleHasErrors,
        Code::CircularDependency,
        Code::EntryFailed,
        Code::MissingDependency,
        Code::BadEncoding,
        Code::StaleCopy,
        Code::UnsupportedFormat,
        Code::BundleFailed,
        Code::EntryNotAbsolute,
        Code::EntryMissing,
        Code::DynamicRequire,
        Code::ModuleTooLarge,
        Code::BadSourceMap,
        Code::MinifyUnavailable,
        Code::MinifyFailed,
        Code::WriteFailed,
        Code::NotInBundle,
        Code::TopLevelAwait,
        Code::ConfigReadFailed,
        Code::ConfigNotJson,
        Code::ConfigBadValue,
        Code::ConfigUnknownOption,
        Code::InputNotFound,
        Code::DirectoryExists,
        Code::RunFailed,
        Code::TooManyErrors,
        Code::InternalError,
    ];

    /// In the default mode.
    #[rustfmt::skip]
    pub const fn default_severity(self) -> Severity {
        match self {
            Code::MixedAlphabets
            | Code::DocumentedSpelling
            | Code::UnusedName
            | Code::TooManyErrors => Severity::Info,
            Code::UnknownEscape
            | Code::MissingSemicolon
            | Code::EmptySubstitution
            | Code::AssignmentMismatch
            | Code::ExcessProperty
            | Code::BadOperand
            | Code::NoOverlap
            | Code::NotIterable
            | Code::ConstraintNotMet
            | Code::NotCallable
            | Code::ReturnMismatch
            | Code::MissingReturn
            | Code::VoidReturnsValue
            | Code::RequiredAfterOptional
            | Code::NotConstructable
            | Code::UnknownProperty
            | Code::ReadonlyWrite
            | Code::PossiblyNull
            | Code::TupleIndex
            | Code::PrivateAccess
            | Code::ProtectedAccess
            | Code::StaticInstance
            | Code::UnknownBuiltinMember
            | Code::UnknownNamespaceMember
            | Code::UnknownNotNarrowed
            | Code::InterfaceMemberMissing
            | Code::InterfaceMemberMismatch
            | Code::AbstractInstantiation
            | Code::AbstractMemberMissing
            | Code::IncompatibleOverride
            | Code::MissingSuperCall
            | Code::AbstractInConcreteClass
            | Code::UnreachableCode
            | Code::CaseNeverMatches
            | Code::DuplicateCase
            | Code::UsedBeforeAssigned
            | Code::CircularDependency
            | Code::StaleCopy
            | Code::DynamicRequire
            | Code::BadSourceMap => Severity::Warning,
            _ => Severity::Error,
        }
    }

    /// In strict mode.
    #[rustfmt::skip]
    pub const fn strict_severity(self) -> Severity {
        match self {
            Code::MissingSemicolon
            | Code::AssignmentMismatch
            | Code::ExcessProperty
            | Code::BadOperand
            | Code::NoOverlap
            | Code::NotIterable
            | Code::ConstraintNotMet
            | Code::NotCallable
            | Code::ReturnMismatch
            | Code::MissingReturn
            | Code::VoidReturnsValue
            | Code::NotConstructable
            | Code::UnknownProperty
            | Code::ReadonlyWrite
            | Code::PossiblyNull
            | Code::TupleIndex
            | Code::PrivateAccess
            | Code::ProtectedAccess
            | Code::StaticInstance
            | Code::UnknownNamespaceMember
            | Code::UnknownNotNarrowed
            | Code::InterfaceMemberMissing
            | Code::InterfaceMemberMismatch
            | Code::AbstractInstantiation
            | Code::AbstractMemberMissing
            | Code::IncompatibleOverride
            | Code::MissingSuperCall => Severity::Error,
            _ => self.default_severity(),
        }
    }

    /// In the default mode, in the places where older compilers kept silent.
    #[rustfmt::skip]
    pub const fn new_place_severity(self) -> Severity {
        match self {
            Code::UndefinedName
            | Code::ArgumentCount
            | Code::ArgumentType => Severity::Warning,
            _ => self.default_severity(),
        }
    }

    /// The entry of the terms `related` that stands beside a second place.
    #[rustfmt::skip]
    pub const fn related_label(self) -> &'static str {
        match self {
            Code::UseBeforeDeclaration
            | Code::ConstAssignment
            | Code::BaseClassLater => "declaration",
            Code::MultipleDefault
            | Code::DuplicateConstructor
            | Code::DuplicateDeclaration
            | Code::DuplicateParameter
            | Code::DuplicateMember
            | Code::DuplicateCase
            | Code::DuplicateExport => "first",
            Code::ImportAssignment
            | Code::ReadFailed => "import",
            Code::UnclosedBracket => "opener",
            Code::TryWithoutHandler => "start",
            Code::TypeMismatch
            | Code::AssignmentMismatch
            | Code::MissingProperty
            | Code::TupleLength
            | Code::NullNotAllowed
            | Code::ReturnMismatch
            | Code::VoidReturnsValue => "value",
            _ => "other",
        }
    }

    /// Always on, blocks output in both modes.
    #[rustfmt::skip]
    pub const fn is_early_error(self) -> bool {
        matches!(
            self,
            Code::MultipleDefault
            | Code::TryWithoutHandler
            | Code::InvalidAssignmentTarget
            | Code::RestNotLast
            | Code::ModuleDeclarationNested
            | Code::MixedNullish
            | Code::UnaryBeforePower
            | Code::DuplicateConstructor
            | Code::DuplicateDeclaration
            | Code::DuplicateParameter
            | Code::ConstAssignment
            | Code::ImportAssignment
            | Code::SuperOutside
            | Code::ConstWithoutValue
            | Code::ReturnOutsideFunction
            | Code::BreakOutsideLoop
            | Code::ContinueOutsideLoop
            | Code::AwaitOutsideAsync
            | Code::ExportUndeclared
            | Code::DuplicateExport
        )
    }

    /// Said only when the option `rules` asks for it.
    #[rustfmt::skip]
    pub const fn is_off_by_default(self) -> bool {
        matches!(
            self,
            Code::MixedAlphabets
            | Code::UnusedName
        )
    }
}
